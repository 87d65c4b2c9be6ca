package dev.retort.efficiency.verdict;

/** How a counter-test changes a training. */
public enum Variant {
    /** Not at all. */
    AS_IS,
    /** The same batch again and again, from memory: no input to wait for. */
    CACHED_BATCH,
    /** No checkpoint is written. */
    WITHOUT_CHECKPOINTS,
    /** Twice as large a batch: half as many launches per item. */
    LARGER_BATCH
}
