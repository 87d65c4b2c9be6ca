package dev.retort.efficiency.verdict;

/** How a counter-test changes a training. */
public enum Variant {
    /** Not at all. */
    AS_IS(0),
    /** The same batch again and again, from memory: no input to wait for. */
    CACHED_BATCH(1),
    /** No checkpoint is written. */
    WITHOUT_CHECKPOINTS(1),
    /** Twice as large a batch: half as many launches per item. */
    LARGER_BATCH(0.5);

    private final double removes;

    Variant(double removes) {
        this.removes = removes;
    }

    /**
     * How much of the time that is lost to the bottleneck it takes away, if the verdict is right.
     *
     * @return the share, from 0 to 1
     */
    public double removes() {
        return removes;
    }
}
