package dev.retort.device.counters;

/**
 * What is counted or measured of a device. The constants beginning with {@code GPU_} are of GPUs,
 * the others of the processor and of this process.
 *
 * <p>A cumulative counter is presented as its growth since its first sample, whatever it began
 * with; wraps of the device's own counter are taken out.
 */
public enum Counter {
    /** CPU time, user and system, of all threads of this process; commonly in steps of 10 ms. */
    PROCESS_CPU_TIME(Unit.SECONDS, true, Tier.MEDIUM),
    /** Memory of this process that is in RAM. */
    RESIDENT_MEMORY(Unit.BYTES, false, Tier.FAST),
    /** Heap of the JVM that is in use, garbage included. */
    HEAP_USED(Unit.BYTES, false, Tier.MEDIUM),
    /** Memory that programs could still get without swapping. */
    HOST_MEMORY_AVAILABLE(Unit.BYTES, false, Tier.MEDIUM),
    /** Time that all cores worked, for any process; in steps of 10 ms. */
    HOST_BUSY_TIME(Unit.SECONDS, true, Tier.MEDIUM),
    /** Time that cores were idle while a read or write was under way; in steps of 10 ms. */
    HOST_IO_WAIT_TIME(Unit.SECONDS, true, Tier.MEDIUM),
    /** Time that one core worked, for any process; the scope is the core's number. */
    CORE_BUSY_TIME(Unit.SECONDS, true, Tier.MEDIUM),
    /** Time that threads of this process waited for block devices; in steps of 10 ms. */
    PROCESS_IO_WAIT_TIME(Unit.SECONDS, true, Tier.MEDIUM),
    /** Bytes that this process made storage read. */
    STORAGE_READ(Unit.BYTES, true, Tier.MEDIUM),
    /** Bytes that this process gave storage to write. */
    STORAGE_WRITTEN(Unit.BYTES, true, Tier.MEDIUM),
    /** Energy of the processor packages (RAPL), idle power and other processes included. */
    PACKAGE_ENERGY(Unit.JOULES, true, Tier.MEDIUM),
    /** Time that the program stood still for the garbage collector. */
    GC_PAUSE_TIME(Unit.SECONDS, true, Tier.MEDIUM),
    /** Time that the program stood still for any reason of the JVM, garbage collection included. */
    SAFEPOINT_TIME(Unit.SECONDS, true, Tier.MEDIUM),

    /** Share of the time in which any kernel ran, over a period of the device, 1/6 s to 1 s. */
    GPU_BUSY(Unit.SHARE, false, Tier.FAST),
    /** Share of the time in which the memory was read or written, over the same period. */
    GPU_MEMORY_BUSY(Unit.SHARE, false, Tier.FAST),
    /** Memory that is allocated, by all processes. */
    GPU_MEMORY_USED(Unit.BYTES, false, Tier.MEDIUM),
    /** Memory that can be allocated. */
    GPU_MEMORY_FREE(Unit.BYTES, false, Tier.MEDIUM),
    /** Memory that driver and firmware keep for themselves. */
    GPU_MEMORY_RESERVED(Unit.BYTES, false, Tier.MEDIUM),
    /** Power of the board; since the Ampere generation an average over 1 s. */
    GPU_POWER(Unit.WATTS, false, Tier.FAST),
    /** Power of the board at the moment. */
    GPU_POWER_INSTANT(Unit.WATTS, false, Tier.FAST),
    /** The power limit in force. */
    GPU_POWER_LIMIT(Unit.WATTS, false, Tier.SLOW),
    /** Energy of the board. */
    GPU_ENERGY(Unit.JOULES, true, Tier.FAST),
    /** Temperature of the GPU. */
    GPU_TEMPERATURE(Unit.CELSIUS, false, Tier.SLOW),
    /** Temperature of the memory. */
    GPU_MEMORY_TEMPERATURE(Unit.CELSIUS, false, Tier.SLOW),
    /** The multiprocessors' clock. */
    GPU_SM_CLOCK(Unit.HERTZ, false, Tier.FAST),
    /** The highest clock that the multiprocessors can have. */
    GPU_MAX_SM_CLOCK(Unit.HERTZ, false, Tier.SLOW),
    /** The memory's clock. */
    GPU_MEMORY_CLOCK(Unit.HERTZ, false, Tier.FAST),
    /** Why the clocks are not at their highest: the bits of {@code ClockEventReason}. */
    GPU_CLOCK_EVENT_REASONS(Unit.BITS, false, Tier.FAST),
    /** Time for which a temperature limit or the power supply slowed the clocks. */
    GPU_SLOWDOWN_TIME(Unit.SECONDS, true, Tier.MEDIUM),
    /** Performance state: 0 is the fastest, 15 the slowest. */
    GPU_PERFORMANCE_STATE(Unit.COUNT, false, Tier.MEDIUM),
    /** Bytes sent by PCIe. */
    GPU_PCIE_TRANSMITTED(Unit.BYTES, true, Tier.FAST),
    /** Bytes received by PCIe. */
    GPU_PCIE_RECEIVED(Unit.BYTES, true, Tier.FAST),
    /** Rate of sending by PCIe; where GPM is missing, over 20 ms for which the driver blocks. */
    GPU_PCIE_TRANSMIT_RATE(Unit.BYTES_PER_SECOND, false, Tier.SLOW),
    /** Rate of receiving by PCIe; where GPM is missing, over 20 ms for which the driver blocks. */
    GPU_PCIE_RECEIVE_RATE(Unit.BYTES_PER_SECOND, false, Tier.SLOW),
    /** PCIe packets that were sent again. */
    GPU_PCIE_REPLAYS(Unit.COUNT, true, Tier.SLOW),
    /** Bytes of payload sent by one NVLink; the scope is the link's number. */
    GPU_NVLINK_TRANSMITTED(Unit.BYTES, true, Tier.MEDIUM),
    /** Bytes of payload received by one NVLink; the scope is the link's number. */
    GPU_NVLINK_RECEIVED(Unit.BYTES, true, Tier.MEDIUM),
    /** Rate of sending by all NVLinks. */
    GPU_NVLINK_TRANSMIT_RATE(Unit.BYTES_PER_SECOND, false, Tier.FAST),
    /** Rate of receiving by all NVLinks. */
    GPU_NVLINK_RECEIVE_RATE(Unit.BYTES_PER_SECOND, false, Tier.FAST),
    /** Memory errors that ECC corrected. */
    GPU_ECC_CORRECTED(Unit.COUNT, true, Tier.SLOW),
    /** Memory errors that ECC could not correct. */
    GPU_ECC_UNCORRECTED(Unit.COUNT, true, Tier.SLOW),
    /** Rows of memory that were replaced for corrected errors, in the life of the device. */
    GPU_ROWS_REMAPPED_CORRECTED(Unit.COUNT, false, Tier.SLOW),
    /** Rows of memory that were replaced for uncorrected errors, in the life of the device. */
    GPU_ROWS_REMAPPED_UNCORRECTED(Unit.COUNT, false, Tier.SLOW),
    /** 1 when a replacement of a row waits for a reset. */
    GPU_ROW_REMAPPING_PENDING(Unit.COUNT, false, Tier.SLOW),
    /** 1 when the replacement of a row failed. */
    GPU_ROW_REMAPPING_FAILED(Unit.COUNT, false, Tier.SLOW),
    /** What it takes to recover: 0 nothing, 1 reset, 2 reboot, 3 drain, 4 drain and reset. */
    GPU_RECOVERY_ACTION(Unit.COUNT, false, Tier.SLOW),
    /** Share of the time in which a multiprocessor had work, over all of them (GPM). */
    GPU_SM_ACTIVITY(Unit.SHARE, false, Tier.FAST),
    /** Resident warps as share of the most that can be (GPM). */
    GPU_SM_OCCUPANCY(Unit.SHARE, false, Tier.FAST),
    /** Share of the time in which a tensor core worked (GPM). */
    GPU_TENSOR_ACTIVITY(Unit.SHARE, false, Tier.FAST),
    /** Share of the memory's peak bandwidth (GPM). */
    GPU_DRAM_ACTIVITY(Unit.SHARE, false, Tier.FAST),
    /** Share of the peak of the half precision pipe (GPM). */
    GPU_FP16_ACTIVITY(Unit.SHARE, false, Tier.FAST),
    /** Share of the peak of the single precision pipe (GPM). */
    GPU_FP32_ACTIVITY(Unit.SHARE, false, Tier.FAST),
    /** Share of the peak of the double precision pipe (GPM). */
    GPU_FP64_ACTIVITY(Unit.SHARE, false, Tier.FAST),
    /** Share of the peak of the integer pipe (GPM). */
    GPU_INTEGER_ACTIVITY(Unit.SHARE, false, Tier.FAST);

    private final Unit unit;
    private final boolean cumulative;
    private final Tier tier;

    Counter(Unit unit, boolean cumulative, Tier tier) {
        this.unit = unit;
        this.cumulative = cumulative;
        this.tier = tier;
    }

    /** {@return the unit of its values} */
    public Unit unit() {
        return unit;
    }

    /** {@return whether it only grows, so that the difference of two values is what counts} */
    public boolean cumulative() {
        return cumulative;
    }

    /** {@return how often it is read unless a sampler is told otherwise} */
    public Tier tier() {
        return tier;
    }
}
