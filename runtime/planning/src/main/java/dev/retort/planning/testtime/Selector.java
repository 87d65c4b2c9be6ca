package dev.retort.planning.testtime;

import dev.retort.planning.Interval;

/** How one answer is chosen of several samples. */
public enum Selector {
    /** A right sample is always recognised: the bound of every other way. */
    COVERAGE {
        @Override
        public Interval of(ResultTable table, int k) {
            return table.passAtK(k);
        }

        @Override
        double of(Problem problem, int k, long seed) {
            return PassAtK.estimate(problem.size(), problem.correct(), k);
        }
    },
    /** The sample with the highest score of a verifier. */
    BEST_OF {
        @Override
        public Interval of(ResultTable table, int k) {
            return table.bestOf(k);
        }

        @Override
        double of(Problem problem, int k, long seed) {
            return Selection.bestOf(problem, k);
        }
    },
    /** The answer that is given most often. */
    MAJORITY {
        @Override
        public Interval of(ResultTable table, int k) {
            return table.majority(k);
        }

        @Override
        double of(Problem problem, int k, long seed) {
            return Vote.majority(problem, k, seed);
        }
    };

    /**
     * The share of problems that are answered right.
     *
     * @param table the samples
     * @param k the samples a problem
     * @return the mean over problems with its interval
     */
    public abstract Interval of(ResultTable table, int k);

    abstract double of(Problem problem, int k, long seed);
}
