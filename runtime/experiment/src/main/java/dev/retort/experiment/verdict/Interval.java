package dev.retort.experiment.verdict;

/**
 * An interval of the effect that holds at whatever seed one stops. Each end by itself is a bound
 * with the error {@code alpha}, so both together have a confidence of at least {@code 1 - 2 alpha}.
 *
 * @param low the lower end in the unit of the metric; negative infinity if there is no bound
 * @param high the upper end; infinity if there is no bound
 * @param confidence the least probability that both ends hold
 */
public record Interval(double low, double high, double confidence) {
    /** Checks the order. */
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException(
                    "expected a lower end up to the upper one, found %s and %s"
                            .formatted(low, high));
        }
    }

    /**
     * Whether an effect is not excluded.
     *
     * @param effect the effect
     * @return whether it lies in the interval
     */
    public boolean contains(double effect) {
        return low <= effect && effect <= high;
    }
}
