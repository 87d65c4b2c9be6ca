package dev.retort.efficiency.verdict;

/** What can bound a training. */
public enum Bottleneck {
    /** It waits for input. */
    INPUT,
    /** The device waits for the host. */
    HOST,
    /** It is ready to run and has no core: other processes have them, or too many threads. */
    CONTENTION,
    /** The JVM stands still. */
    JVM,
    /** It waits for copies between host and device. */
    COPY,
    /** It waits for other devices. */
    COMMUNICATION,
    /** It waits for checkpoints to be written. */
    CHECKPOINT,
    /** The device ran below its full clock. */
    THROTTLED,
    /** The device moves data as fast as it can. */
    BANDWIDTH,
    /** The device is busy with kernels too small to fill it. */
    SMALL_KERNELS,
    /** It computes. */
    COMPUTE,
    /** The hooks explain too little of the time to say. */
    UNEXPLAINED
}
