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
 * The downcalls behind {@link NvmlQuery}: results as codes, values in the caller's memory, nothing
 * allocated. The older names of functions are found here and nowhere else.
 */
final class NvmlCalls {
    private final Features<NvmlFeature> features;
    private final boolean temperatureV;

    /**
     * The function's name before CUDA 12.2, when the driver is older; the signature is the same.
     */
    private final @Nullable MethodHandle throttleReasons;

    NvmlCalls(Features<NvmlFeature> features) {
        this.features = features;
        this.temperatureV = LibraryLoader.symbol("nvmlDeviceGetTemperatureV").isPresent();
        this.throttleReasons =
                olderName(
                        "nvmlDeviceGetCurrentClocksEventReasons",
                        "nvmlDeviceGetCurrentClocksThrottleReasons",
                        FunctionDescriptor.of(nvml_h.C_INT, nvml_h.C_POINTER, nvml_h.C_POINTER));
    }

    /**
     * A function under its older name, where the library has only that. The descriptor is not the
     * binding's own: that looks the missing function up as well.
     */
    static @Nullable MethodHandle olderName(
            String name, String older, FunctionDescriptor descriptor) {
        if (LibraryLoader.symbol(name).isPresent()) {
            return null;
        }
        return LibraryLoader.symbol(older)
                .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, descriptor))
                .orElse(null);
    }

    /** The name under which the function of a query is called on this driver. */
    String function(NvmlQuery query) {
        if (query == NvmlQuery.TEMPERATURE && !temperatureV) {
            return "nvmlDeviceGetTemperature";
        }
        return query == NvmlQuery.CLOCK_EVENT_REASONS && throttleReasons != null
                ? "nvmlDeviceGetCurrentClocksThrottleReasons"
                : query.function();
    }

    /**
     * Makes a call. The library has the functions of the query's feature: the caller has asked.
     *
     * @param out at least {@link Scratch#BYTES} bytes, whose content {@link #value} reads
     * @return the {@code nvmlReturn_t}
     */
    int call(NvmlQuery query, MemorySegment device, MemorySegment out) {
        return switch (query) {
            case UTILIZATION -> nvml_h.nvmlDeviceGetUtilizationRates(device, out);
            case MEMORY -> memory(device, out);
            case POWER -> nvml_h.nvmlDeviceGetPowerUsage(device, out);
            case ENFORCED_POWER_LIMIT -> nvml_h.nvmlDeviceGetEnforcedPowerLimit(device, out);
            case ENERGY -> nvml_h.nvmlDeviceGetTotalEnergyConsumption(device, out);
            case TEMPERATURE -> temperature(device, out);
            case GRAPHICS_CLOCK -> clock(device, nvml_h.NVML_CLOCK_GRAPHICS(), out);
            case SM_CLOCK -> clock(device, nvml_h.NVML_CLOCK_SM(), out);
            case MEMORY_CLOCK -> clock(device, nvml_h.NVML_CLOCK_MEM(), out);
            case VIDEO_CLOCK -> clock(device, nvml_h.NVML_CLOCK_VIDEO(), out);
            case MAX_SM_CLOCK ->
                    nvml_h.nvmlDeviceGetMaxClockInfo(device, nvml_h.NVML_CLOCK_SM(), out);
            case CLOCK_EVENT_REASONS -> clockEventReasons(device, out);
            case PERFORMANCE_STATE -> nvml_h.nvmlDeviceGetPerformanceState(device, out);
            case PCIE_TRANSMITTED ->
                    nvml_h.nvmlDeviceGetPcieThroughput(
                            device, nvml_h.NVML_PCIE_UTIL_TX_BYTES(), out);
            case PCIE_RECEIVED ->
                    nvml_h.nvmlDeviceGetPcieThroughput(
                            device, nvml_h.NVML_PCIE_UTIL_RX_BYTES(), out);
            case PCIE_REPLAYS -> nvml_h.nvmlDeviceGetPcieReplayCounter(device, out);
            case ECC_CORRECTED -> ecc(device, false, false, out);
            case ECC_UNCORRECTED -> ecc(device, true, false, out);
            case ECC_CORRECTED_LIFETIME -> ecc(device, false, true, out);
            case ECC_UNCORRECTED_LIFETIME -> ecc(device, true, true, out);
        };
    }

    /**
     * A value of the last successful call.
     *
     * @param index from 0, in the order of the query's description
     */
    long value(NvmlQuery query, MemorySegment out, int index) {
        return switch (query) {
            case MEMORY -> memoryValue(out, index);
            case UTILIZATION ->
                    index == 0 ? nvmlUtilization_st.gpu(out) : nvmlUtilization_st.memory(out);
            case TEMPERATURE ->
                    temperatureV
                            ? nvmlTemperature_v1_t.temperature(out)
                            : out.get(ValueLayout.JAVA_INT, 0);
            case ENERGY,
                    CLOCK_EVENT_REASONS,
                    ECC_CORRECTED,
                    ECC_UNCORRECTED,
                    ECC_CORRECTED_LIFETIME,
                    ECC_UNCORRECTED_LIFETIME ->
                    out.get(ValueLayout.JAVA_LONG, 0);
            default -> Integer.toUnsignedLong(out.get(ValueLayout.JAVA_INT, 0));
        };
    }

    private static long memoryValue(MemorySegment out, int index) {
        return switch (index) {
            case 0 -> nvmlMemory_v2_st.total(out);
            case 1 -> nvmlMemory_v2_st.reserved(out);
            case 2 -> nvmlMemory_v2_st.free(out);
            default -> nvmlMemory_v2_st.used(out);
        };
    }

    private static int memory(MemorySegment device, MemorySegment out) {
        nvmlMemory_v2_st.version(out, version(nvmlMemory_v2_st.sizeof(), 2));
        return nvml_h.nvmlDeviceGetMemoryInfo_v2(device, out);
    }

    private int temperature(MemorySegment device, MemorySegment out) {
        int sensor = nvml_h.NVML_TEMPERATURE_GPU();
        if (!temperatureV) {
            return nvml_h.nvmlDeviceGetTemperature(device, sensor, out);
        }
        nvmlTemperature_v1_t.version(out, version(nvmlTemperature_v1_t.sizeof(), 1));
        nvmlTemperature_v1_t.sensorType(out, sensor);
        return nvml_h.nvmlDeviceGetTemperatureV(device, out);
    }

    private static int clock(MemorySegment device, int clock, MemorySegment out) {
        return nvml_h.nvmlDeviceGetClockInfo(device, clock, out);
    }

    private int clockEventReasons(MemorySegment device, MemorySegment out) {
        MethodHandle older = throttleReasons;
        return older == null
                ? nvml_h.nvmlDeviceGetCurrentClocksEventReasons(device, out)
                : Downcalls.invoke(older, device, out);
    }

    private static int ecc(
            MemorySegment device, boolean uncorrected, boolean lifetime, MemorySegment out) {
        return nvml_h.nvmlDeviceGetTotalEccErrors(
                device,
                uncorrected
                        ? nvml_h.NVML_MEMORY_ERROR_TYPE_UNCORRECTED()
                        : nvml_h.NVML_MEMORY_ERROR_TYPE_CORRECTED(),
                lifetime ? nvml_h.NVML_AGGREGATE_ECC() : nvml_h.NVML_VOLATILE_ECC(),
                out);
    }

    /** Whether the library has the functions of a feature; costs one look into an array. */
    boolean has(NvmlFeature feature) {
        return features.has(feature);
    }

    /** Passes if the library has the functions of a feature. */
    void require(NvmlFeature feature) {
        features.require(feature);
    }

    /** Why a call ended as it did, in one sentence; allocates. */
    String reason(NvmlFeature feature, String function, NvmlStatus status) {
        return features.has(feature)
                ? NvmlErrors.failure(status.code(), function).message()
                : features.availability(feature).absenceReasons().getFirst();
    }

    /** NVML's mark of a struct: its size, and its version in the highest byte. */
    static int version(long sizeof, int version) {
        return (int) sizeof | version << 24;
    }
}
