package dev.retort.efficiency;

/** How a run ended, which decides what its training is worth. */
public enum Outcome {
    /** It goes on: what no checkpoint holds is pending. */
    RUNNING(Bucket.PENDING, Bucket.GOOD),
    /** It ended well: all its training counts, since its result exists. */
    SUCCEEDED(Bucket.GOOD, Bucket.GOOD),
    /** It failed: what a checkpoint holds counts, the rest is discarded. */
    FAILED(Bucket.DISCARDED_RUN, Bucket.GOOD),
    /** Its result is thrown away: nothing counts. */
    DISCARDED(Bucket.DISCARDED_RUN, Bucket.DISCARDED_RUN);

    private final Bucket ofPending;
    private final Bucket ofCommitted;

    Outcome(Bucket ofPending, Bucket ofCommitted) {
        this.ofPending = ofPending;
        this.ofCommitted = ofCommitted;
    }

    /** Where training goes that no checkpoint holds. */
    Bucket ofPending() {
        return ofPending;
    }

    /** Where training goes that a checkpoint holds. */
    Bucket ofCommitted() {
        return ofCommitted;
    }
}
