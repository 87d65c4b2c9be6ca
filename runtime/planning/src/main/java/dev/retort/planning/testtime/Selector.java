package dev.retort.planning.testtime;

/** How one answer is chosen of several samples. */
public enum Selector {
    /** A right sample is always recognised: the bound of every other way. */
    COVERAGE,

    /**
     * The sample that the verifier likes best. Samples of one score are as likely as each other to
     * be taken.
     */
    BEST_OF,

    /**
     * The answer that is given most often. Answers given equally often are as likely as each other
     * to be taken.
     */
    MAJORITY;

    Share of(Problem problem, int k, long seed) {
        return switch (this) {
            case COVERAGE -> Share.counted(PassAtK.estimate(problem.size(), problem.correct(), k));
            case BEST_OF -> Share.counted(problem.ranking().bestOf(k));
            case MAJORITY -> Vote.majority(problem, k, seed);
        };
    }
}
