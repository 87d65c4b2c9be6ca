package dev.retort.distill;

import org.apache.commons.statistics.distribution.TDistribution;

import java.util.Arrays;
import java.util.Optional;

/**
 * The mean of paired differences and, from two pairs on, its 95 % confidence interval by Student's
 * t. The interval speaks of the randomness that differs between the pairs (initial parameters, data
 * order) on the one test set that was used, not of other test sets.
 *
 * @param pairs the number of pairs, at least 1
 * @param mean the mean difference
 * @param interval the interval of the mean, or empty with one pair, and where all differences are
 *     the same and not zero, which leaves no spread to judge by
 */
public record PairedDifference(int pairs, double mean, Optional<Interval> interval) {
    private static final double CONFIDENCE = 0.95;

    /**
     * A confidence interval.
     *
     * @param low the lower end
     * @param high the upper end
     */
    public record Interval(double low, double high) {}

    /**
     * Draws the figures from the differences.
     *
     * @param differences one difference a pair, at least one
     * @return the figures
     */
    public static PairedDifference of(double... differences) {
        int n = differences.length;
        if (n == 0) {
            throw new IllegalArgumentException("expected at least one pair, found none");
        }
        double mean = Arrays.stream(differences).sum() / n;
        if (n == 1) {
            return new PairedDifference(n, mean, Optional.empty());
        }
        double squares = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
        double standardError = Math.sqrt(squares / (n - 1) / n);
        if (standardError == 0 && mean != 0) {
            // Accuracies are multiples of one sample, so a few pairs can agree by chance.
            return new PairedDifference(n, mean, Optional.empty());
        }
        double quantile =
                TDistribution.of(n - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        double half = quantile * standardError;
        return new PairedDifference(n, mean, Optional.of(new Interval(mean - half, mean + half)));
    }

    /** What may be said. */
    public enum Finding {
        /** There is no interval. */
        NOTHING,
        /** The interval lies above zero. */
        BETTER,
        /** The interval lies below zero. */
        WORSE,
        /** The interval contains zero. */
        NO_DIFFERENCE_SHOWN
    }

    /**
     * What may be said of a difference in accuracy.
     *
     * @return the finding
     */
    public Finding finding() {
        if (interval.isEmpty()) {
            return Finding.NOTHING;
        }
        if (interval.get().low() > 0) {
            return Finding.BETTER;
        }
        return interval.get().high() < 0 ? Finding.WORSE : Finding.NO_DIFFERENCE_SHOWN;
    }
}
