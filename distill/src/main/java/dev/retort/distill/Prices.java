package dev.retort.distill;

import java.util.OptionalDouble;

/**
 * What computing costs.
 *
 * <p>A price of 0 is none: what costs nothing is not counted.
 *
 * @param perHour an hour of the machine, above 0; empty if that is not to be counted
 * @param perKilowattHour a kilowatt-hour of what the processor packages take, above 0; empty where
 *     the price of the hour contains it
 */
public record Prices(OptionalDouble perHour, OptionalDouble perKilowattHour) {
    /** Nobody named a price. */
    public static final Prices NONE = new Prices(OptionalDouble.empty(), OptionalDouble.empty());

    /** Checks the components, and takes 0 for none. */
    public Prices {
        requireNotNegative("an hour of the machine", perHour);
        requireNotNegative("a kilowatt-hour", perKilowattHour);
        perHour = perHour.orElse(0) == 0 ? OptionalDouble.empty() : perHour;
        perKilowattHour = perKilowattHour.orElse(0) == 0 ? OptionalDouble.empty() : perKilowattHour;
    }

    private static void requireNotNegative(String what, OptionalDouble price) {
        price.ifPresent(
                value -> {
                    if (!(value >= 0) || Double.isInfinite(value)) {
                        throw new IllegalArgumentException(
                                "expected a price of %s of at least 0, found %s"
                                        .formatted(what, value));
                    }
                });
    }
}
