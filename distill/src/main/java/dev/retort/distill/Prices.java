package dev.retort.distill;

import java.util.OptionalDouble;

/**
 * What computing costs.
 *
 * @param perHour an hour of the machine, at least 0; empty if that is not to be counted
 * @param perKilowattHour a kilowatt-hour of what the processor packages take, at least 0; empty
 *     where the price of the hour contains it
 */
public record Prices(OptionalDouble perHour, OptionalDouble perKilowattHour) {
    /** Nobody named a price. */
    public static final Prices NONE = new Prices(OptionalDouble.empty(), OptionalDouble.empty());

    /** Checks the components. */
    public Prices {
        requireNotNegative("an hour of the machine", perHour);
        requireNotNegative("a kilowatt-hour", perKilowattHour);
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
