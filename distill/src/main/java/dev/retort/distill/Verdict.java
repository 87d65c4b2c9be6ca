package dev.retort.distill;

/** What paired seeds allow to be said of the distilled student beside the student alone. */
public enum Verdict {
    /** It is better: the two-sided t-test rejects equality at 5 %, and the mean lies above zero. */
    BEATS,
    /**
     * It is as good, to the margin of equivalence: not told apart by the t-test, and two one-sided
     * tests at 5 % each (Schuirmann 1987) reject that it differs by the margin or more.
     */
    TIES,
    /** It is worse: the two-sided t-test rejects equality at 5 %, and the mean lies below zero. */
    WORSE,
    /** Neither was shown: the seeds are too few for how much they differ. */
    INCONCLUSIVE
}
