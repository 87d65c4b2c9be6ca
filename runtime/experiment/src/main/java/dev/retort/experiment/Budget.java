package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What may be spent; checked when a run is admitted, so that a running attempt is never killed for
 * it. Runs in progress count with what they are expected to take: as is said here, or else what
 * those took in the mean that ended before them, or else what they took so far. One scheduler
 * exceeds a budget by no more than they take beyond that; several on one store do by the runs too
 * that others admitted since they looked last, up to a second before. What is {@code null} is not
 * limited.
 *
 * @param deviceHours hours times devices; of a run without devices, hours times cores
 * @param money in the currency of the scheduler's price of a device-hour
 * @param deadline no run is admitted from then on
 * @param runDeviceHours what one run is expected to take, or {@code null} if nobody knows
 */
public record Budget(
        @Nullable Double deviceHours,
        @Nullable Double money,
        @Nullable Instant deadline,
        @Nullable Double runDeviceHours) {
    /** Checks the components. */
    public Budget {
        if (deviceHours != null) {
            Require.positive(deviceHours, "the budget of device-hours");
        }
        if (money != null) {
            Require.positive(money, "the budget of money");
        }
        if (runDeviceHours != null) {
            Require.positive(runDeviceHours, "what one run is expected to take");
        }
    }

    /** A budget of runs of which nobody knows what they take. */
    public Budget(
            @Nullable Double deviceHours, @Nullable Double money, @Nullable Instant deadline) {
        this(deviceHours, money, deadline, null);
    }

    /** No limit. */
    public static Budget unlimited() {
        return new Budget(null, null, null);
    }

    /** A limit of device-hours. */
    public static Budget ofDeviceHours(double hours) {
        return new Budget(hours, null, null);
    }
}
