package dev.retort.distill.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.Prices;

import org.jspecify.annotations.Nullable;

import java.util.OptionalDouble;

/**
 * How often a distillation is repeated, and how it is judged.
 *
 * @param firstSeed the first seed; the others follow it by one
 * @param seeds how many
 * @param marginPoints the margin of equivalence, in points of accuracy: a tie is where the whole 90
 *     % interval of the difference lies within it, see {@link dev.retort.distill.Verdict#TIES}
 * @param pricePerHour the price of an hour of the machine; {@code null} for none
 * @param pricePerKilowattHour the price of a kilowatt-hour; {@code null} for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StudySettings(
        long firstSeed,
        int seeds,
        double marginPoints,
        @Nullable Double pricePerHour,
        @Nullable Double pricePerKilowattHour) {
    /** Checks the values. */
    public StudySettings {
        if (seeds < 1) {
            throw new IllegalArgumentException("expected at least 1 seed, found " + seeds);
        }
        if (!(marginPoints > 0 && marginPoints < 100)) {
            throw new IllegalArgumentException(
                    "expected a margin above 0 and below 100 points, found " + marginPoints);
        }
        prices(pricePerHour, pricePerKilowattHour);
    }

    /**
     * The margin as a share of the samples.
     *
     * @return above 0 and below 1
     */
    public double margin() {
        return marginPoints / 100;
    }

    /**
     * What computing costs.
     *
     * @return the prices
     */
    public Prices prices() {
        return prices(pricePerHour, pricePerKilowattHour);
    }

    private static Prices prices(@Nullable Double hour, @Nullable Double kilowattHour) {
        return new Prices(optional(hour), optional(kilowattHour));
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
