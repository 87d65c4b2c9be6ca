package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.solve.Resamples;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The mean of a bounded quantity over problems, for a larger set of problems like these: a BCa
 * interval of a bootstrap over problems.
 *
 * <p>Where all n problems have the same value, whichever it is, a bootstrap sees no spread. Then
 * the share of problems that have another is at most 1 − (α/2)^(1/n), by the exact binomial
 * interval of none in n (Clopper and Pearson 1934), and the interval of the mean is where it may
 * lie with so many problems at either end of the quantity's range. One problem says nothing of how
 * problems differ.
 */
final class ProblemMean {
    private static final int REPLICATES = 2000;

    /** How far values that were summed up may lie apart, or from a whole number. */
    private static final double ROUNDING = 1e-12;

    private ProblemMean() {}

    /** Of chances. */
    static Interval ofShares(double[] shares, double level, long seed) {
        return of(shares, 0, 1, level, seed);
    }

    /** Of a chance less another, paired by problem. */
    static Interval ofDifferences(double[] differences, double level, long seed) {
        return of(differences, -1, 1, level, seed);
    }

    private static Interval of(
            double[] values, double least, double most, double level, long seed) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        if (values.length == 1 || sorted[sorted.length - 1] - sorted[0] > ROUNDING) {
            return byBootstrap(values, level, seed);
        }
        double whole = Math.rint(sorted[0]);
        double value = Math.abs(sorted[0] - whole) <= ROUNDING ? whole : sorted[0];
        double same = Math.pow((1 - level) / 2, 1.0 / values.length);
        return new Interval(
                value, same * value + (1 - same) * least, same * value + (1 - same) * most, level);
    }

    private static Interval byBootstrap(double[] values, double level, long seed) {
        int n = values.length;
        double sum = Arrays.stream(values).sum();
        if (n == 1) {
            return new Interval(sum, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, level);
        }
        double[] left = Arrays.stream(values).map(value -> (sum - value) / (n - 1)).toArray();
        return Resamples.interval(sum / n, replicates(values, seed), left, level);
    }

    /** Sorted means over resampled problems. */
    private static double[] replicates(double[] values, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] means = new double[REPLICATES];
        for (int i = 0; i < REPLICATES; i++) {
            double sum = 0;
            for (int j = 0; j < values.length; j++) {
                sum += values[random.nextInt(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        return means;
    }
}
