package dev.retort.efficiency;

/**
 * A use of {@link RunMeter} that breaks its rules. Anomalies are counted and reported with the
 * account, never thrown: a hook must not end the training that it measures.
 */
public enum Anomaly {
    /**
     * {@link RunMeter#end} named a region that is not the innermost. If that region is open, it was
     * ended together with all regions inside it; if it is not, the call was ignored.
     */
    UNBALANCED_END,

    /**
     * {@link RunMeter#begin} was called with 16 regions open already. The time of the new region
     * went to the innermost of those, and the ends that followed were taken for its own, whichever
     * region they named, until it was balanced.
     */
    STACK_OVERFLOW,

    /**
     * {@link RunMeter#step} was told a negative number of items. The step counts, without items.
     */
    NEGATIVE_ITEMS,

    /** The clock showed less than before. The difference was taken for zero. */
    CLOCK_WENT_BACK,

    /** A hook was called by a thread other than the one that opened the meter, and ignored. */
    WRONG_THREAD,

    /** A hook was called after {@link RunMeter#finish}, and ignored. */
    AFTER_FINISH,

    /** A region was still open at {@link RunMeter#finish}. It was ended there. */
    OPEN_AT_FINISH,

    /** A hook was called with {@code null} for a region, and ignored. */
    NULL_REGION
}
