package dev.retort.cuda;

/**
 * An activity that GPM measures between two samples; since the Hopper generation. Shares are in
 * percent of the time between the samples, 0 to 100.
 */
public enum GpmMetric {
    /** Share of the time in which the graphics or compute engine was busy. */
    GRAPHICS_ACTIVITY(1),
    /** Share of the time in which a multiprocessor had work, over all of them. */
    SM_ACTIVITY(2),
    /** Warps that were resident, as share of the most that can be. */
    SM_OCCUPANCY(3),
    /** Share of the peak of the integer pipe. */
    INTEGER_ACTIVITY(4),
    /** Share of the time in which a tensor core worked. */
    TENSOR_ACTIVITY(5),
    /** Share of the time in which a tensor core worked in double precision. */
    TENSOR_DOUBLE_ACTIVITY(6),
    /** Share of the time in which a tensor core worked in half precision. */
    TENSOR_HALF_ACTIVITY(7),
    /** Share of the time in which a tensor core worked on integers. */
    TENSOR_INTEGER_ACTIVITY(9),
    /** Share of the memory's peak bandwidth. */
    DRAM_BANDWIDTH(10),
    /** Share of the peak of the double precision pipe. */
    FP64_ACTIVITY(11),
    /** Share of the peak of the single precision pipe. */
    FP32_ACTIVITY(12),
    /** Share of the peak of the half precision pipe. */
    FP16_ACTIVITY(13),
    /** PCIe bytes sent, in MiB/s. */
    PCIE_TRANSMITTED(20),
    /** PCIe bytes received, in MiB/s. */
    PCIE_RECEIVED(21),
    /** NVLink bytes received over all links, in MiB/s. */
    NVLINK_RECEIVED(60),
    /** NVLink bytes sent over all links, in MiB/s. */
    NVLINK_TRANSMITTED(61);

    private final int id;

    GpmMetric(int id) {
        this.id = id;
    }

    /** {@return the value of {@code nvmlGpmMetricId_t}} */
    public int id() {
        return id;
    }
}
