package dev.retort.planning.testtime;

import dev.retort.planning.Interval;

import java.util.Arrays;

/**
 * The share of problems that are answered right, from the chance of each.
 *
 * <p>A bootstrap over problems sees no spread where none or all are: there the interval is the
 * exact binomial one (Clopper and Pearson 1934) over problems, whose open end is 1 − (α/2)^(1/n) or
 * (α/2)^(1/n) of n problems.
 */
final class SolvedShare {
    /** How far a chance that was summed up may lie from 0 or 1. */
    private static final double ROUNDING = 1e-12;

    private SolvedShare() {}

    static Interval of(double[] chances, double level, long seed) {
        // One problem says nothing of how problems differ.
        if (chances.length > 1) {
            double end = Math.pow((1 - level) / 2, 1.0 / chances.length);
            if (Arrays.stream(chances).allMatch(chance -> chance <= ROUNDING)) {
                return new Interval(0, 0, 1 - end, level);
            }
            if (Arrays.stream(chances).allMatch(chance -> chance >= 1 - ROUNDING)) {
                return new Interval(1, end, 1, level);
            }
        }
        return ResultTable.mean(chances, level, seed);
    }
}
