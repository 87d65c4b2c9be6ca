package dev.retort.experiment.verdict;

import dev.retort.experiment.Direction;

/**
 * What is claimed before any run starts: the treatment moves a metric in a direction, by an effect
 * that matters.
 *
 * <p>Two errors are possible, and each has at most the probability {@code alpha} under the
 * conditions that {@link Design} states: to confirm a claim whose effect is zero or of the wrong
 * sign, and to refute one whose effect is {@code smallestEffect} or more.
 *
 * @param metric the name of the metric, for sentences
 * @param direction which way is better
 * @param smallestEffect the smallest effect that matters, in the unit of the metric; above 0
 * @param alpha the probability of either error, above 0 and at most 0.5
 */
public record Claim(String metric, Direction direction, double smallestEffect, double alpha) {
    /** The usual probability of error. */
    public static final double USUAL_ALPHA = 0.05;

    /** Checks the claim. */
    public Claim {
        if (metric.isBlank()) {
            throw new IllegalArgumentException("expected the name of a metric, found none");
        }
        if (!(smallestEffect > 0) || Double.isInfinite(smallestEffect)) {
            throw new IllegalArgumentException(
                    "expected a smallest effect that matters above 0, found " + smallestEffect);
        }
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException(
                    "expected an alpha above 0 and at most 0.5, found " + alpha);
        }
    }

    /**
     * A claim that more is better, at the usual alpha.
     *
     * @param metric the name of the metric
     * @param smallestEffect the smallest effect that matters
     * @return the claim
     */
    public static Claim increases(String metric, double smallestEffect) {
        return new Claim(metric, Direction.HIGHER_IS_BETTER, smallestEffect, USUAL_ALPHA);
    }

    /**
     * A claim that less is better, at the usual alpha.
     *
     * @param metric the name of the metric
     * @param smallestEffect the smallest effect that matters
     * @return the claim
     */
    public static Claim decreases(String metric, double smallestEffect) {
        return new Claim(metric, Direction.LOWER_IS_BETTER, smallestEffect, USUAL_ALPHA);
    }

    /**
     * The same claim at another alpha.
     *
     * @param other the probability of either error
     * @return the claim
     */
    public Claim withAlpha(double other) {
        return new Claim(metric, direction, smallestEffect, other);
    }
}
