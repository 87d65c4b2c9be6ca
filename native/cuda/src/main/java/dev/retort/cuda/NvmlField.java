package dev.retort.cuda;

/**
 * A counter that {@link NvmlFieldValues} reads by its number. The constants are the ones that this
 * SDK uses; any other number of {@code NVML_FI_*} will do as well.
 *
 * @param id the number, from {@code nvml.h}
 * @param scope what the number leaves open, as a link or a power scope; 0 where there is nothing
 */
public record NvmlField(int id, int scope) {
    /** Temperature of the memory, in degrees Celsius. */
    public static final NvmlField MEMORY_TEMPERATURE = new NvmlField(82, 0);

    /** Bytes of payload that one NVLink sent, in KiB; the scope is the link. */
    public static final NvmlField NVLINK_TRANSMITTED_KIB = new NvmlField(138, 0);

    /** Bytes of payload that one NVLink received, in KiB; the scope is the link. */
    public static final NvmlField NVLINK_RECEIVED_KIB = new NvmlField(139, 0);

    /** Rows of memory that were replaced for corrected errors. */
    public static final NvmlField REMAPPED_CORRECTED = new NvmlField(142, 0);

    /** Rows of memory that were replaced for uncorrected errors. */
    public static final NvmlField REMAPPED_UNCORRECTED = new NvmlField(143, 0);

    /** 1 when a replacement of a row waits for a reset. */
    public static final NvmlField REMAPPING_PENDING = new NvmlField(144, 0);

    /** 1 when the replacement of a row failed. */
    public static final NvmlField REMAPPING_FAILED = new NvmlField(145, 0);

    /** Power averaged over 1 s, in milliwatts; the scope is 0 GPU, 1 module, 2 memory. */
    public static final NvmlField POWER_AVERAGE = new NvmlField(185, 0);

    /** Power of the moment, in milliwatts; the scope is 0 GPU, 1 module, 2 memory. */
    public static final NvmlField POWER_INSTANT = new NvmlField(186, 0);

    /** Bytes that were sent by PCIe; may wrap around. */
    public static final NvmlField PCIE_TRANSMITTED_BYTES = new NvmlField(197, 0);

    /** Bytes that were received by PCIe; may wrap around. */
    public static final NvmlField PCIE_RECEIVED_BYTES = new NvmlField(198, 0);

    /** Bytes that one NVLink of the fifth generation sent; the scope is the link. */
    public static final NvmlField NVLINK5_TRANSMITTED_BYTES = new NvmlField(202, 0);

    /** Bytes that one NVLink of the fifth generation received; the scope is the link. */
    public static final NvmlField NVLINK5_RECEIVED_BYTES = new NvmlField(204, 0);

    /** What it takes to recover: 0 nothing, 1 reset, 2 reboot, 3 drain, 4 drain and reset. */
    public static final NvmlField RECOVERY_ACTION = new NvmlField(230, 0);

    /** Time for which the software's temperature limit slowed the clocks, in nanoseconds. */
    public static final NvmlField SOFTWARE_THERMAL_SLOWDOWN_NANOS = new NvmlField(269, 0);

    /** Time for which the hardware's temperature limit slowed the clocks, in nanoseconds. */
    public static final NvmlField HARDWARE_THERMAL_SLOWDOWN_NANOS = new NvmlField(270, 0);

    /** Time for which the power supply's brake slowed the clocks, in nanoseconds. */
    public static final NvmlField POWER_BRAKE_SLOWDOWN_NANOS = new NvmlField(271, 0);

    /** Power of the whole module, as scope of a power field. */
    public static final int MODULE = 1;

    /** Power of the memory, as scope of a power field. */
    public static final int MEMORY = 2;

    /**
     * The same field for another scope.
     *
     * @param scope the scope
     * @return the field
     */
    public NvmlField of(int scope) {
        return new NvmlField(id, scope);
    }
}
