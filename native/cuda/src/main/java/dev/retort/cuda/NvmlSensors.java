package dev.retort.cuda;

import dev.retort.cuda.ffi.nvml.nvmlMemory_v2_st;
import dev.retort.cuda.ffi.nvml.nvmlTemperature_v1_t;
import dev.retort.cuda.ffi.nvml.nvmlUtilization_st;
import dev.retort.cuda.ffi.nvml.nvml_h;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What NVML measures of a device, now. A value that the device does not have is a {@link
 * NotSupportedException}, never 0; a MIG instance has few of them. Threading and failures are those
 * of {@link Nvml}.
 */
public final class NvmlSensors {
    private final Nvml nvml;
    private final Features<NvmlFeature> features;
    private final boolean temperatureV;

    /**
     * The function's name before CUDA 12.2, when the driver is older; the signature is the same.
     */
    private final @Nullable MethodHandle throttleReasons;

    NvmlSensors(Nvml nvml, Features<NvmlFeature> features) {
        this.nvml = nvml;
        this.features = features;
        this.temperatureV = LibraryLoader.symbol("nvmlDeviceGetTemperatureV").isPresent();
        this.throttleReasons =
                LibraryLoader.symbol("nvmlDeviceGetCurrentClocksEventReasons").isPresent()
                        ? null
                        : LibraryLoader.symbol("nvmlDeviceGetCurrentClocksThrottleReasons")
                                .map(NvmlSensors::linkReasons)
                                .orElse(null);
    }

    private static MethodHandle linkReasons(MemorySegment symbol) {
        // Not the binding's own descriptor: that looks the missing function up as well.
        return Linker.nativeLinker()
                .downcallHandle(
                        symbol,
                        FunctionDescriptor.of(nvml_h.C_INT, nvml_h.C_POINTER, nvml_h.C_POINTER));
    }

    /**
     * The memory of a device.
     *
     * @param totalBytes all of it
     * @param reservedBytes what driver and firmware keep for themselves
     * @param freeBytes what can be allocated
     * @param usedBytes what is allocated. NVML's header says of it both that it is what was
     *     allocated and that it includes the reserved bytes: compare the sum with the total.
     */
    public record Memory(long totalBytes, long reservedBytes, long freeBytes, long usedBytes) {}

    /**
     * How busy a device was over its last sample period, which is between 1/6 s and 1 s by product.
     *
     * @param gpuPercent share of the time in which at least one kernel ran, 0 to 100
     * @param memoryPercent share of the time in which memory was read or written, 0 to 100
     */
    public record Utilization(int gpuPercent, int memoryPercent) {}

    /** The clocks of a device. */
    public enum Clock {
        /** Graphics. */
        GRAPHICS,
        /** Multiprocessors. */
        MULTIPROCESSORS,
        /** Memory. */
        MEMORY,
        /** Video coder. */
        VIDEO;

        /** The value of NVML's {@code nvmlClockType_t}. */
        int code() {
            return switch (this) {
                case GRAPHICS -> nvml_h.NVML_CLOCK_GRAPHICS();
                case MULTIPROCESSORS -> nvml_h.NVML_CLOCK_SM();
                case MEMORY -> nvml_h.NVML_CLOCK_MEM();
                case VIDEO -> nvml_h.NVML_CLOCK_VIDEO();
            };
        }
    }

    /**
     * Memory in use, by all processes.
     *
     * @param device the device
     * @return the memory
     */
    public Memory memory(long device) {
        MemorySegment out = scratchFor(NvmlFeature.MEMORY);
        nvmlMemory_v2_st.version(out, version(nvmlMemory_v2_st.sizeof(), 2));
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetMemoryInfo_v2(MemorySegment.ofAddress(device), out),
                "nvmlDeviceGetMemoryInfo_v2");
        return new Memory(
                nvmlMemory_v2_st.total(out),
                nvmlMemory_v2_st.reserved(out),
                nvmlMemory_v2_st.free(out),
                nvmlMemory_v2_st.used(out));
    }

    /**
     * Utilisation over the device's last sample period.
     *
     * @param device the device
     * @return the shares
     */
    public Utilization utilization(long device) {
        MemorySegment out = scratchFor(NvmlFeature.UTILIZATION);
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetUtilizationRates(MemorySegment.ofAddress(device), out),
                "nvmlDeviceGetUtilizationRates");
        return new Utilization(nvmlUtilization_st.gpu(out), nvmlUtilization_st.memory(out));
    }

    /**
     * Power that the board draws. Since the Ampere generation, except GA100, it is an average over
     * 1 s; before, it is of the moment.
     *
     * @param device the device
     * @return milliwatts
     */
    public long powerMilliwatts(long device) {
        MemorySegment out = scratchFor(NvmlFeature.POWER);
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetPowerUsage(MemorySegment.ofAddress(device), out),
                "nvmlDeviceGetPowerUsage");
        return Integer.toUnsignedLong(out.get(ValueLayout.JAVA_INT, 0));
    }

    /**
     * Energy that the board has used since the driver was loaded. The counter moves in steps.
     *
     * @param device the device
     * @return millijoules
     */
    public long energyMillijoules(long device) {
        MemorySegment out = scratchFor(NvmlFeature.ENERGY);
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetTotalEnergyConsumption(MemorySegment.ofAddress(device), out),
                "nvmlDeviceGetTotalEnergyConsumption");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Temperature of the GPU.
     *
     * @param device the device
     * @return degrees Celsius
     */
    public int temperatureCelsius(long device) {
        MemorySegment out = scratchFor(NvmlFeature.TEMPERATURE);
        MemorySegment handle = MemorySegment.ofAddress(device);
        int sensor = nvml_h.NVML_TEMPERATURE_GPU();
        if (!temperatureV) {
            NvmlErrors.check(
                    nvml_h.nvmlDeviceGetTemperature(handle, sensor, out),
                    "nvmlDeviceGetTemperature");
            return out.get(ValueLayout.JAVA_INT, 0);
        }
        nvmlTemperature_v1_t.version(out, version(nvmlTemperature_v1_t.sizeof(), 1));
        nvmlTemperature_v1_t.sensorType(out, sensor);
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetTemperatureV(handle, out), "nvmlDeviceGetTemperatureV");
        return nvmlTemperature_v1_t.temperature(out);
    }

    /**
     * A clock at this moment.
     *
     * @param device the device
     * @param clock which
     * @return megahertz
     */
    public int clockMegahertz(long device, Clock clock) {
        MemorySegment out = scratchFor(NvmlFeature.CLOCKS);
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetClockInfo(MemorySegment.ofAddress(device), clock.code(), out),
                "nvmlDeviceGetClockInfo");
        return out.get(ValueLayout.JAVA_INT, 0);
    }

    /**
     * Why the clocks are not at their highest.
     *
     * @param device the device
     * @return a set of bits, which {@link ClockEventReason} names; 0 when nothing holds them back
     */
    public long clockEventReasons(long device) {
        MemorySegment out = scratchFor(NvmlFeature.CLOCK_EVENT_REASONS);
        MemorySegment handle = MemorySegment.ofAddress(device);
        MethodHandle older = throttleReasons;
        if (older == null) {
            NvmlErrors.check(
                    nvml_h.nvmlDeviceGetCurrentClocksEventReasons(handle, out),
                    "nvmlDeviceGetCurrentClocksEventReasons");
        } else {
            NvmlErrors.check(
                    Downcalls.invoke(older, handle, out),
                    "nvmlDeviceGetCurrentClocksThrottleReasons");
        }
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    private MemorySegment scratchFor(NvmlFeature feature) {
        nvml.checkOpen();
        features.require(feature);
        return Scratch.segment();
    }

    /** NVML's mark of a struct: its size, and its version in the highest byte. */
    private static int version(long sizeof, int version) {
        return (int) sizeof | version << 24;
    }
}
