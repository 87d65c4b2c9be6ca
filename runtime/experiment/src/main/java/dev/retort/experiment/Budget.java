package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What may be spent; checked when a run is admitted, so that a running attempt is never killed for
 * it. What is admitted last before it is spent is finished all the same: a budget is exceeded by at
 * most what the attempts take that were running then. What is {@code null} is not limited.
 *
 * @param deviceHours hours times devices; of a run without devices, hours times cores
 * @param money in the currency of the scheduler's price of a device-hour
 * @param deadline no run is admitted from then on
 */
public record Budget(
        @Nullable Double deviceHours, @Nullable Double money, @Nullable Instant deadline) {
    /** Checks the components. */
    public Budget {
        if (deviceHours != null) {
            Require.positive(deviceHours, "the budget of device-hours");
        }
        if (money != null) {
            Require.positive(money, "the budget of money");
        }
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
