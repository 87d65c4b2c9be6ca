package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

/** The contract on the devices of this machine, and what only a device that runs can show. */
@Tag("gpu")
class NvmlHardwareTest extends NvmlContract {
    @Test
    void theEnergyCounterAgreesWithThePower() throws InterruptedException {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlReader reader = nvml.reader(nvml.deviceByIndex(0));
            assumeTrue(
                    reader.read(NvmlQuery.ENERGY) == NvmlStatus.SUCCESS,
                    "the device counts no energy");
            long start = System.nanoTime();
            double before = (double) reader.value(0);
            TimeUnit.SECONDS.sleep(3);
            reader.read(NvmlQuery.ENERGY);
            double watts = (reader.value(0) - before) * 1e6 / (System.nanoTime() - start);
            reader.read(NvmlQuery.POWER);
            double average = reader.value(0) * 1e-3;
            // Of an idle device; the average is over the last of the three seconds.
            assertTrue(
                    watts > 0.5 * average && watts < 2 * average,
                    "by energy %.1f W, by power %.1f W".formatted(watts, average));
        }
    }
}
