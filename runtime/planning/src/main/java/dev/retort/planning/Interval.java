package dev.retort.planning;

import java.util.function.DoubleUnaryOperator;

/**
 * A quantity with its confidence interval.
 *
 * @param estimate the best value
 * @param low the lower end; may be minus infinity, where the data set no bound
 * @param high the upper end; may be infinity
 * @param level the confidence, above 0 and below 1, such as 0.95
 */
public record Interval(double estimate, double low, double high, double level) {
    /** Checks the order of the ends. */
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException(
                    "expected a lower end that is not above the upper one, found %s and %s"
                            .formatted(low, high));
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException(
                    "expected a confidence above 0 and below 1, found " + level);
        }
    }

    /**
     * Whether a value lies in the interval, its ends included.
     *
     * @param value the value
     * @return whether it does
     */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /**
     * The interval of an increasing function of the quantity.
     *
     * @param increasing the function
     * @return the interval of its value
     */
    public Interval map(DoubleUnaryOperator increasing) {
        return new Interval(
                increasing.applyAsDouble(estimate),
                increasing.applyAsDouble(low),
                increasing.applyAsDouble(high),
                level);
    }
}
