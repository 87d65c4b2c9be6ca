package dev.retort.cuda.standin;

import dev.retort.cuda.CudaDriver;
import dev.retort.cuda.CudaLibrary;
import dev.retort.cuda.Nvml;

/** Prints, in a JVM of its own, why the driver, NVML and a toolkit library are absent. */
public final class ProbeMain {
    private ProbeMain() {}

    /**
     * Probes.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        System.out.println("driver: " + CudaDriver.probe().absenceReasons());
        System.out.println("nvml: " + Nvml.open().absenceReasons());
        System.out.println("nvrtc: " + CudaLibrary.NVRTC.probe().absenceReasons());
    }
}
