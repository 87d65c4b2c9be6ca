package dev.retort.experiment.store;

import java.util.Objects;

/**
 * The sign of life of a scheduler. Whether it is there is told by a count and not by a time, so
 * that clocks of different machines need not agree: who sees it stand still by its own clock knows
 * enough.
 *
 * @param scheduler its name
 * @param host the machine it runs on
 * @param process what tells its process from all others of that machine
 * @param beat a number that grows
 * @param wallMillis when it was given, in milliseconds since 1970, for how long what it did is
 *     charged; 0 if that is not known
 * @param monotonicNanos when it was given, by the clock of its process that does not jump and that
 *     stands in the events of the scheduler; 0 if that is not known
 */
public record Heartbeat(
        String scheduler,
        String host,
        String process,
        long beat,
        long wallMillis,
        long monotonicNanos) {
    /** Checks the components. */
    public Heartbeat {
        Objects.requireNonNull(scheduler, "scheduler is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(process, "process is null");
    }
}
