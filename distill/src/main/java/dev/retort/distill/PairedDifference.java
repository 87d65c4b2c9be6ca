package dev.retort.distill;

import org.apache.commons.statistics.distribution.TDistribution;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The mean of paired differences and what follows from it by Student's t. All of it speaks of the
 * randomness that differs between the pairs (initial parameters, data order) on the one test set
 * that was used, not of other test sets.
 *
 * @param pairs the number of pairs, at least 1
 * @param mean the mean difference
 * @param deviation the standard deviation of a difference; empty with one pair, and where all
 *     differences are the same, zero or not: accuracies are multiples of one sample, so a few pairs
 *     can agree by chance, and an interval of no width would claim to know the mean exactly
 * @param margin the margin of equivalence, above 0: a tie is where the whole {@linkplain
 *     #equivalenceInterval 90 % interval} lies within it
 */
public record PairedDifference(int pairs, double mean, OptionalDouble deviation, double margin) {
    /**
     * The margin of equivalence if nobody says another: one point of accuracy.
     *
     * <p>It has to be chosen before the runs. One point is what a change of a student in use would
     * hardly be made for.
     */
    public static final double DEFAULT_MARGIN = 0.01;

    // One sample of 450 more is another double at 430 than at 431 samples, by some 1e-16. What is
    // no more than that is no spread.
    private static final double ROUNDING = 1e-12;

    /** The level of the tests. */
    public static final double LEVEL = 0.05;

    /** Checks the components. */
    public PairedDifference {
        if (!(margin > 0) || Double.isInfinite(margin)) {
            throw new IllegalArgumentException(
                    "expected a margin of equivalence above 0, found " + margin);
        }
    }

    /**
     * A confidence interval.
     *
     * @param low the lower end
     * @param high the upper end
     */
    public record Interval(double low, double high) {}

    /**
     * Draws the figures from the differences, with the default margin.
     *
     * @param differences one difference a pair, at least one
     * @return the figures
     */
    public static PairedDifference of(double... differences) {
        int n = differences.length;
        if (n == 0) {
            throw new IllegalArgumentException("expected at least one pair, found none");
        }
        double sum = Arrays.stream(differences).sum() / n;
        double mean = Math.abs(sum) <= ROUNDING ? 0 : sum;
        return new PairedDifference(n, mean, deviation(differences, mean), DEFAULT_MARGIN);
    }

    private static OptionalDouble deviation(double[] differences, double mean) {
        int n = differences.length;
        double squares = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
        if (n == 1) {
            return OptionalDouble.empty();
        }
        double deviation = Math.sqrt(squares / (n - 1));
        return deviation > ROUNDING * Math.max(1, Math.abs(mean))
                ? OptionalDouble.of(deviation)
                : OptionalDouble.empty();
    }

    /**
     * The same with another margin.
     *
     * @param margin the margin of equivalence, above 0, chosen before the runs
     * @return the figures
     */
    public PairedDifference withMargin(double margin) {
        return new PairedDifference(pairs, mean, deviation, margin);
    }

    /**
     * The 95 % confidence interval of the mean.
     *
     * @return the interval, or empty without a deviation
     */
    public Optional<Interval> interval() {
        return interval(1 - LEVEL / 2);
    }

    /**
     * The 90 % confidence interval of the mean, which lies within the margin if and only if both
     * one-sided tests reject.
     *
     * @return the interval, or empty without a deviation
     */
    public Optional<Interval> equivalenceInterval() {
        return interval(1 - LEVEL);
    }

    private Optional<Interval> interval(double quantile) {
        if (deviation.isEmpty()) {
            return Optional.empty();
        }
        double half =
                TDistribution.of(pairs - 1).inverseCumulativeProbability(quantile)
                        * standardError();
        return Optional.of(new Interval(mean - half, mean + half));
    }

    private double standardError() {
        return deviation.orElseThrow() / Math.sqrt(pairs);
    }

    /**
     * The two-sided p-value of the paired t-test of no difference.
     *
     * @return the p-value, or empty without a deviation
     */
    public OptionalDouble pValue() {
        if (deviation.isEmpty()) {
            return OptionalDouble.empty();
        }
        double t = Math.abs(mean) / standardError();
        return OptionalDouble.of(2 * TDistribution.of(pairs - 1).survivalProbability(t));
    }

    /**
     * What may be said.
     *
     * @return the verdict
     */
    public Verdict verdict() {
        if (deviation.isEmpty()) {
            return Verdict.INCONCLUSIVE;
        }
        Interval wide = interval().orElseThrow();
        if (wide.low() > 0) {
            return Verdict.BEATS;
        }
        if (wide.high() < 0) {
            return Verdict.WORSE;
        }
        Interval narrow = equivalenceInterval().orElseThrow();
        return -margin < narrow.low() && narrow.high() < margin
                ? Verdict.TIES
                : Verdict.INCONCLUSIVE;
    }

    /**
     * The smallest true difference that this many pairs, with this deviation, show with a
     * probability of {@link PairedPower#TARGET}.
     *
     * @return the difference, or empty without a deviation
     */
    public OptionalDouble detectable() {
        return deviation.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(PairedPower.detectable(pairs) * deviation.getAsDouble());
    }

    /**
     * How many pairs more it takes, with this deviation, until a true difference of the margin
     * shows, and until none shows as a tie, with a probability of {@link PairedPower#TARGET} each.
     *
     * @return 0 if these are enough; empty without a deviation, or where it takes more than {@link
     *     PairedPower#MOST_PAIRS}
     */
    public OptionalInt furtherPairs() {
        if (deviation.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt needed = PairedPower.pairsFor(margin / deviation.getAsDouble());
        return needed.isEmpty() ? needed : OptionalInt.of(Math.max(0, needed.getAsInt() - pairs));
    }
}
