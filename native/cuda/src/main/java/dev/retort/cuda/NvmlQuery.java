package dev.retort.cuda;

/**
 * A call of NVML that reads something of a device. {@link NvmlReader} makes it; the order of a
 * query's values is the order in which its description names them.
 */
public enum NvmlQuery {
    /**
     * Shares of the device's last sample period, which is between 1/6 s and 1 s by product, in
     * percent: the time in which at least one kernel ran; the time in which memory was read or
     * written. While the driver loads, a scrub of ECC memory counts as work. MIG has neither.
     */
    UTILIZATION(NvmlFeature.UTILIZATION, "nvmlDeviceGetUtilizationRates", 2),
    /**
     * Bytes of memory: all; what driver and firmware keep for themselves; what can be allocated;
     * what is allocated.
     */
    MEMORY(NvmlFeature.MEMORY, "nvmlDeviceGetMemoryInfo_v2", 4),
    /**
     * Power of the board in milliwatts. Since the Ampere generation, except GA100, it is an average
     * over 1 s; before, it is of the moment.
     */
    POWER(NvmlFeature.POWER, "nvmlDeviceGetPowerUsage", 1),
    /** The power limit that is in force, in milliwatts: the least of all that were set. */
    ENFORCED_POWER_LIMIT(NvmlFeature.POWER_LIMIT, "nvmlDeviceGetEnforcedPowerLimit", 1),
    /**
     * Energy of the board in millijoules since the driver was loaded. Since the Volta generation;
     * the counter moves in steps of tens of milliseconds, and on a GH200 it counts the whole
     * module.
     */
    ENERGY(NvmlFeature.ENERGY, "nvmlDeviceGetTotalEnergyConsumption", 1),
    /** Temperature of the GPU in degrees Celsius. */
    TEMPERATURE(NvmlFeature.TEMPERATURE, "nvmlDeviceGetTemperatureV", 1),
    /** The graphics clock in megahertz. */
    GRAPHICS_CLOCK(NvmlFeature.CLOCKS, "nvmlDeviceGetClockInfo", 1),
    /** The multiprocessors' clock in megahertz. */
    SM_CLOCK(NvmlFeature.CLOCKS, "nvmlDeviceGetClockInfo", 1),
    /** The memory's clock in megahertz. */
    MEMORY_CLOCK(NvmlFeature.CLOCKS, "nvmlDeviceGetClockInfo", 1),
    /** The video coder's clock in megahertz. */
    VIDEO_CLOCK(NvmlFeature.CLOCKS, "nvmlDeviceGetClockInfo", 1),
    /** The highest multiprocessors' clock in megahertz. */
    MAX_SM_CLOCK(NvmlFeature.MAX_CLOCKS, "nvmlDeviceGetMaxClockInfo", 1),
    /** Why the clocks are not at their highest: the bits that {@link ClockEventReason} names. */
    CLOCK_EVENT_REASONS(
            NvmlFeature.CLOCK_EVENT_REASONS, "nvmlDeviceGetCurrentClocksEventReasons", 1),
    /** The performance state: 0 is the fastest, 15 the slowest, 32 unknown. */
    PERFORMANCE_STATE(NvmlFeature.PERFORMANCE_STATE, "nvmlDeviceGetPerformanceState", 1),
    /** PCIe bytes sent, in KB/s over the 20 ms for which the call blocks. */
    PCIE_TRANSMITTED(NvmlFeature.PCIE_THROUGHPUT, "nvmlDeviceGetPcieThroughput", 1),
    /** PCIe bytes received, in KB/s over the 20 ms for which the call blocks. */
    PCIE_RECEIVED(NvmlFeature.PCIE_THROUGHPUT, "nvmlDeviceGetPcieThroughput", 1),
    /** PCIe packets that were sent again; a 32-bit counter. */
    PCIE_REPLAYS(NvmlFeature.PCIE_REPLAYS, "nvmlDeviceGetPcieReplayCounter", 1),
    /** Memory errors that ECC corrected since the driver was loaded. */
    ECC_CORRECTED(NvmlFeature.ECC, "nvmlDeviceGetTotalEccErrors", 1),
    /** Memory errors that ECC could not correct since the driver was loaded. */
    ECC_UNCORRECTED(NvmlFeature.ECC, "nvmlDeviceGetTotalEccErrors", 1),
    /** Memory errors that ECC corrected in the life of the device. */
    ECC_CORRECTED_LIFETIME(NvmlFeature.ECC, "nvmlDeviceGetTotalEccErrors", 1),
    /** Memory errors that ECC could not correct in the life of the device. */
    ECC_UNCORRECTED_LIFETIME(NvmlFeature.ECC, "nvmlDeviceGetTotalEccErrors", 1);

    private final NvmlFeature feature;
    private final String function;
    private final int valueCount;

    NvmlQuery(NvmlFeature feature, String function, int valueCount) {
        this.feature = feature;
        this.function = function;
        this.valueCount = valueCount;
    }

    /** {@return the feature of the library that the query needs} */
    public NvmlFeature feature() {
        return feature;
    }

    /** {@return the C function that is called; an older driver has some under an older name} */
    public String function() {
        return function;
    }

    /** {@return how many values it reads} */
    public int valueCount() {
        return valueCount;
    }
}
