package dev.retort.planning.solve;

import dev.retort.planning.Interval;

import org.apache.commons.statistics.distribution.NormalDistribution;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The BCa intervals of a quantity at every level as one distribution: its quantile at a share is
 * the end of the one-sided BCa interval of that confidence.
 *
 * <p>Immutable.
 */
final class ConfidenceCurve {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final int MOST_HALVINGS = 200;

    private final double estimate;
    private final double[] sorted;
    private final double bias;
    private final double acceleration;

    /** Of the values of replicates, ascending, at least one. */
    ConfidenceCurve(double estimate, double[] sorted, double bias, double acceleration) {
        this.estimate = estimate;
        this.sorted = sorted;
        this.bias = bias;
        this.acceleration = acceleration;
    }

    /**
     * The interval of the quantity times a factor that is drawn from the given ones: the predictive
     * distribution of Lawless and Fredette (Biometrika 92, 2005), which averages over the
     * confidence distribution.
     */
    Interval times(double[] factors, double level) {
        double tail = (1 - level) / 2;
        double[] ordered = Arrays.stream(factors).sorted().toArray();
        double least = sorted[0] * ordered[0];
        double most = sorted[sorted.length - 1] * ordered[ordered.length - 1];
        DoubleUnaryOperator share =
                value -> Arrays.stream(ordered).map(f -> share(value / f)).average().orElseThrow();
        return new Interval(
                estimate,
                where(share, tail, least, most),
                where(share, 1 - tail, least, most),
                level);
    }

    /** The share of the distribution that is at most a value: what BCa makes of the quantiles. */
    private double share(double value) {
        double below = rank(value);
        if (below <= 0 || below >= 1) {
            return below;
        }
        double w = NORMAL.inverseCumulativeProbability(below) - bias;
        double denominator = 1 + acceleration * w;
        if (denominator <= 0) {
            return w < 0 ? 0 : 1;
        }
        return NORMAL.cumulativeProbability(w / denominator - bias);
    }

    /** The inverse of {@link Resamples#quantile}. */
    private double rank(double value) {
        if (value < sorted[0]) {
            return 0;
        }
        if (value >= sorted[sorted.length - 1]) {
            return 1;
        }
        int above = firstAbove(value);
        double part = (value - sorted[above - 1]) / (sorted[above] - sorted[above - 1]);
        return (above - 1 + part) / (sorted.length - 1);
    }

    private int firstAbove(double value) {
        int low = 0;
        int high = sorted.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] > value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static double where(
            DoubleUnaryOperator share, double wanted, double least, double most) {
        double low = least;
        double high = most;
        for (int i = 0; i < MOST_HALVINGS; i++) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            if (share.applyAsDouble(middle) < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
