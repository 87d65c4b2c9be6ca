package dev.retort.distill;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;

/**
 * The power of the tests behind a {@link Verdict}, at the level {@link PairedDifference#LEVEL}.
 * Differences are in standard deviations of a paired difference. Given the sample variance the mean
 * is normal and independent of it, so each power is the mean of a normal probability over the
 * distribution of the variance (chi-squared), which is integrated by the midpoint rule over its
 * quantiles.
 */
public final class PairedPower {
    /** The probability that a design should have to show what is there. */
    public static final double TARGET = 0.8;

    /** The most pairs that are considered. */
    public static final int MOST_PAIRS = 100_000;

    private static final int POINTS = 400;
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private PairedPower() {}

    /**
     * The power of the two-sided paired t-test.
     *
     * @param pairs the number of pairs, at least 2
     * @param difference the true difference
     * @return the probability that it shows, from 0 to 1
     */
    public static double ofTest(int pairs, double difference) {
        double shift = difference * Math.sqrt(pairs);
        double critical = critical(pairs, 1 - PairedDifference.LEVEL / 2);
        return overDeviations(
                pairs,
                deviation ->
                        NORMAL.cumulativeProbability(shift - critical * deviation)
                                + NORMAL.cumulativeProbability(-shift - critical * deviation));
    }

    /**
     * The power of the two one-sided tests of equivalence where there is no true difference.
     *
     * @param pairs the number of pairs, at least 2
     * @param margin the margin of equivalence
     * @return the probability that they show equivalence, from 0 to 1
     */
    public static double ofEquivalence(int pairs, double margin) {
        double width = margin * Math.sqrt(pairs);
        double critical = critical(pairs, 1 - PairedDifference.LEVEL);
        return overDeviations(
                pairs,
                deviation ->
                        Math.max(
                                0,
                                2 * NORMAL.cumulativeProbability(width - critical * deviation)
                                        - 1));
    }

    /** The smallest difference that shows with the power {@link #TARGET}. */
    static double detectable(int pairs) {
        double low = 0;
        double high = 1;
        while (ofTest(pairs, high) < TARGET) {
            high *= 2;
        }
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            if (ofTest(pairs, middle) < TARGET) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The fewest pairs with which both tests have the power {@link #TARGET} for a margin. */
    static OptionalInt pairsFor(double margin) {
        int low = 1;
        int high = 2;
        while (!suffice(high, margin)) {
            if (high >= MOST_PAIRS) {
                return OptionalInt.empty();
            }
            low = high;
            high = Math.min(MOST_PAIRS, 2 * high);
        }
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (suffice(middle, margin)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return OptionalInt.of(high);
    }

    private static boolean suffice(int pairs, double margin) {
        return ofTest(pairs, margin) >= TARGET && ofEquivalence(pairs, margin) >= TARGET;
    }

    private static double critical(int pairs, double quantile) {
        return TDistribution.of(pairs - 1).inverseCumulativeProbability(quantile);
    }

    private static double overDeviations(int pairs, DoubleUnaryOperator power) {
        ChiSquaredDistribution variance = ChiSquaredDistribution.of(pairs - 1);
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            double quantile = variance.inverseCumulativeProbability((i + 0.5) / POINTS);
            sum += power.applyAsDouble(Math.sqrt(quantile / (pairs - 1)));
        }
        return sum / POINTS;
    }
}
