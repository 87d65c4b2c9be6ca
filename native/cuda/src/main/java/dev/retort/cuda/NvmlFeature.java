package dev.retort.cuda;

import java.util.List;

/**
 * The parts of NVML that may be missing from an installed driver on their own. A method of a
 * missing feature throws {@link NotSupportedException}; {@link Nvml#availability(NvmlFeature)}
 * tells beforehand.
 */
public enum NvmlFeature implements RequiredSymbols {
    /** The library's life, versions and enumeration of devices; without it there is no NVML. */
    DEVICES(
            "nvmlInit_v2",
            "nvmlShutdown",
            "nvmlErrorString",
            "nvmlSystemGetDriverVersion",
            "nvmlSystemGetNVMLVersion",
            "nvmlDeviceGetCount_v2",
            "nvmlDeviceGetHandleByIndex_v2",
            "nvmlDeviceGetHandleByUUID",
            "nvmlDeviceGetName",
            "nvmlDeviceGetUUID",
            "nvmlDeviceGetPciInfo_v3"),
    /** Memory in use, with the driver's own share apart. */
    MEMORY("nvmlDeviceGetMemoryInfo_v2"),
    /** Utilisation of multiprocessors and memory. */
    UTILIZATION("nvmlDeviceGetUtilizationRates"),
    /** Power that the board draws. */
    POWER("nvmlDeviceGetPowerUsage"),
    /** The power limit in force. */
    POWER_LIMIT("nvmlDeviceGetEnforcedPowerLimit"),
    /** Energy that the board has used. */
    ENERGY("nvmlDeviceGetTotalEnergyConsumption"),
    /** Temperature of the GPU; the older of the two functions is deprecated since CUDA 13. */
    TEMPERATURE("nvmlDeviceGetTemperatureV|nvmlDeviceGetTemperature"),
    /** Current clocks. */
    CLOCKS("nvmlDeviceGetClockInfo"),
    /** The highest clocks. */
    MAX_CLOCKS("nvmlDeviceGetMaxClockInfo"),
    /** Why the clocks are not at their highest; renamed in CUDA 12.2. */
    CLOCK_EVENT_REASONS(
            "nvmlDeviceGetCurrentClocksEventReasons|nvmlDeviceGetCurrentClocksThrottleReasons"),
    /** The performance state. */
    PERFORMANCE_STATE("nvmlDeviceGetPerformanceState"),
    /** PCIe throughput, measured while the call blocks. */
    PCIE_THROUGHPUT("nvmlDeviceGetPcieThroughput"),
    /** PCIe packets that were sent again. */
    PCIE_REPLAYS("nvmlDeviceGetPcieReplayCounter"),
    /** Memory errors. */
    ECC("nvmlDeviceGetTotalEccErrors"),
    /** Many counters by one call. */
    FIELD_VALUES("nvmlDeviceGetFieldValues"),
    /** NVLink: which links are active and their errors. */
    NVLINK("nvmlDeviceGetNvLinkState", "nvmlDeviceGetNvLinkErrorCounter"),
    /** Processes that compute; the driver's layout of them is probed. */
    PROCESSES("nvmlDeviceGetComputeRunningProcesses_v3|nvmlDeviceGetComputeRunningProcesses_v2"),
    /** Utilisation by process. */
    PROCESS_UTILIZATION("nvmlDeviceGetProcessUtilization"),
    /** Accounting: statistics of processes, also of those that ended. */
    ACCOUNTING(
            "nvmlDeviceGetAccountingMode",
            "nvmlDeviceGetAccountingPids",
            "nvmlDeviceGetAccountingBufferSize",
            "nvmlDeviceGetAccountingStats"),
    /** Critical errors (XID) and other events. */
    EVENTS(
            "nvmlEventSetCreate",
            "nvmlDeviceGetSupportedEventTypes",
            "nvmlDeviceRegisterEvents",
            "nvmlEventSetWait_v2",
            "nvmlEventSetFree"),
    /** Activity of multiprocessors, tensor cores and memory; since the Hopper generation. */
    GPM(
            "nvmlGpmQueryDeviceSupport",
            "nvmlGpmSampleAlloc",
            "nvmlGpmSampleGet",
            "nvmlGpmMetricsGet",
            "nvmlGpmSampleFree"),
    /** The same activity for one MIG instance. */
    GPM_OF_INSTANCE("nvmlGpmMigSampleGet"),
    /** MIG: a device split into instances. */
    MIG(
            "nvmlDeviceGetMigMode",
            "nvmlDeviceGetMaxMigDeviceCount",
            "nvmlDeviceGetMigDeviceHandleByIndex",
            "nvmlDeviceIsMigDeviceHandle",
            "nvmlDeviceGetGpuInstanceId",
            "nvmlDeviceGetComputeInstanceId",
            "nvmlDeviceGetDeviceHandleFromMigDeviceHandle");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> symbols;

    NvmlFeature(String... symbols) {
        this.symbols = List.of(symbols);
    }

    /**
     * The functions that the library must export.
     *
     * @return their names; {@code a|b} stands for either of two
     */
    @Override
    public List<String> symbols() {
        return symbols;
    }
}
