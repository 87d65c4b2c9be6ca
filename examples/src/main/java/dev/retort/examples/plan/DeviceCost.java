package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.OptionalDouble;

/** What an hour of one device costs: energy and money. */
final class DeviceCost {
    private static final double SECONDS_PER_HOUR = 3600;

    @Option(
            names = "--watts",
            paramLabel = "W",
            description = "Watts of a device with its share of the host, for energy.")
    private @Nullable Double watts;

    @Option(
            names = "--price",
            paramLabel = "P",
            description = "Price of a device-hour in --currency, for money.")
    private @Nullable Double price;

    @Option(
            names = "--currency",
            paramLabel = "CODE",
            defaultValue = "USD",
            description = "The currency of prices; default ${DEFAULT-VALUE}.")
    private String currency;

    /** Whether a power or a price was given. */
    boolean isGiven() {
        return watts != null || price != null;
    }

    /** Watts of one device, if given. */
    OptionalDouble watts() {
        return times(watts, 1);
    }

    /** Money an hour of one device, if given. */
    OptionalDouble price() {
        return times(price, 1);
    }

    /** Joules a second of some devices, if their power was given. */
    OptionalDouble watts(int devices) {
        return times(watts, devices);
    }

    /** Money a second of some devices, if their price was given. */
    OptionalDouble pricePerSecond(int devices) {
        return times(price, devices / SECONDS_PER_HOUR);
    }

    private static OptionalDouble times(@Nullable Double value, double factor) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value * factor);
    }

    String currency() {
        return currency;
    }

    /** Refuses a power or a price that is none, and a currency of nothing. */
    void check(Given given) {
        if (watts != null) {
            PlanningException.requirePositive("--watts", watts);
        }
        if (price != null) {
            PlanningException.requirePositive("--price", price);
        }
        given.refuseWithout("--price", "--currency");
    }
}
