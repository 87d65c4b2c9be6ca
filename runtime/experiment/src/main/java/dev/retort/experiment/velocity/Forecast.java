package dev.retort.experiment.velocity;

import java.time.Duration;
import java.util.Optional;

/**
 * What the work of a log would have come to under a policy. Simulated, not measured. Runs are
 * submitted when they were, also where one was submitted because another had ended; so what runs in
 * sequence gains less here than it would.
 *
 * @param policy the policy
 * @param runs the runs that were replayed; those that never got a device or had not ended are left
 *     out
 * @param queue how long runs waited for devices, or empty without any
 * @param latency how long first verdicts took, or empty without any
 * @param span from the first event of the log to the last verdict or end of a run
 * @param firstVerdictsPerDay first verdicts per day of the span; later ones of the same hypothesis
 *     do not count
 * @param utilisation the share of device time that was held, from 0 to 1
 * @param cost the price of all devices over the span
 */
public record Forecast(
        Policy policy,
        int runs,
        Optional<Latency.Percentiles> queue,
        Optional<Latency.Percentiles> latency,
        Duration span,
        double firstVerdictsPerDay,
        double utilisation,
        double cost) {}
