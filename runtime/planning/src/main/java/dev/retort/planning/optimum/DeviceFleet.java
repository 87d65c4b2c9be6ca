package dev.retort.planning.optimum;

import dev.retort.planning.PlanningException;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Devices that work together, and what an hour of them costs.
 *
 * @param devices how many, at least 1
 * @param peakFlops the dense peak of one in FLOP/s for the data type of the work, positive
 * @param mfu the share of the peak that the work reaches, above 0 and at most 1; measured, rather
 *     than hoped for
 * @param watts the power of one under this work with its share of the host, if known
 * @param pricePerHour the price of an hour of one in the user's currency, if known
 */
public record DeviceFleet(
        int devices,
        double peakFlops,
        double mfu,
        OptionalDouble watts,
        OptionalDouble pricePerHour) {
    private static final double SECONDS_PER_HOUR = 3600;

    /** Checks the numbers. */
    public DeviceFleet {
        if (devices < 1) {
            throw new PlanningException("expected at least 1 device, found " + devices);
        }
        PlanningException.requirePositive("peak in FLOP/s", peakFlops);
        Checks.share("an MFU", mfu);
        watts.ifPresent(value -> PlanningException.requirePositive("power in watts", value));
        pricePerHour.ifPresent(value -> Checks.notNegative("price of a device-hour", value));
    }

    /**
     * The FLOPs that the devices do in a time.
     *
     * @param time the time, positive
     * @return the FLOPs
     */
    public double flopsWithin(Duration time) {
        // As nanoseconds alone a time of 292 years would overflow.
        double seconds = time.getSeconds() + time.getNano() * 1e-9;
        return devices * peakFlops * mfu * PlanningException.requirePositive("time", seconds);
    }

    /**
     * What work takes of the devices.
     *
     * @param flops the FLOPs, not negative
     * @return the resources; energy and money only where power and price are known
     */
    public Resources resources(double flops) {
        double seconds = Checks.notNegative("number of FLOPs", flops) / (peakFlops * mfu);
        double hours = seconds / SECONDS_PER_HOUR;
        return new Resources(
                flops,
                hours,
                seconds / devices,
                watts.isPresent()
                        ? OptionalDouble.of(watts.getAsDouble() * seconds)
                        : OptionalDouble.empty(),
                pricePerHour.isPresent()
                        ? OptionalDouble.of(pricePerHour.getAsDouble() * hours)
                        : OptionalDouble.empty());
    }

    /**
     * The price of a FLOP.
     *
     * @return in the user's currency; empty without a price
     */
    public OptionalDouble pricePerFlop() {
        return pricePerHour.isPresent()
                ? OptionalDouble.of(
                        pricePerHour.getAsDouble() / (SECONDS_PER_HOUR * peakFlops * mfu))
                : OptionalDouble.empty();
    }

    /**
     * The energy of a FLOP.
     *
     * @return in joules; empty without a power
     */
    public OptionalDouble joulesPerFlop() {
        return watts.isPresent()
                ? OptionalDouble.of(watts.getAsDouble() / (peakFlops * mfu))
                : OptionalDouble.empty();
    }
}
