package dev.retort.efficiency.figures;

import java.util.OptionalDouble;

/**
 * What of the data that a training went through was of use.
 *
 * @param processed the items or tokens that went through the model, padding included
 * @param useful those that were no padding
 * @param unique the different ones among the useful
 */
public record DataUse(long processed, long useful, long unique) {
    /** Checks the components. */
    public DataUse {
        if (unique < 0 || useful < unique || processed < useful) {
            throw new IllegalArgumentException(
                    "expected processed >= useful >= unique >= 0, found %d, %d, %d"
                            .formatted(processed, useful, unique));
        }
    }

    /**
     * The share that was no padding. Items per second count padding, this tells how much of it.
     *
     * @return from 0 to 1, or empty if nothing was processed
     */
    public OptionalDouble paddingEfficiency() {
        return over(useful, processed);
    }

    /**
     * How often an item was seen: the number of epochs.
     *
     * @return at least 1, or empty if there was none
     */
    public OptionalDouble repeatFactor() {
        return over(useful, unique);
    }

    private static OptionalDouble over(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }
}
