package dev.retort.experiment.schedule;

import java.lang.System.Logger;
import java.time.Duration;

/**
 * Says once that the store cannot be used, and once that it can again, however often it is tried
 * meanwhile. Used by the thread of the scheduler alone.
 */
final class Outage {
    private static final Logger LOG = System.getLogger(Outage.class.getName());

    /** Longer than between two tries, so that what works between them does not count. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final String scheduler;
    private final Time time;
    private boolean begun;
    private long lastNanos;

    /**
     * The store can be used.
     *
     * @param scheduler the name of the scheduler
     */
    Outage(String scheduler, Time time) {
        this.scheduler = scheduler;
        this.time = time;
    }

    /** The store could not be used. */
    void failed(Throwable error) {
        lastNanos = time.nanos();
        if (!begun) {
            begun = true;
            LOG.log(
                    Logger.Level.WARNING,
                    "scheduler {0} waits until it can record what its runs do: {1}",
                    scheduler,
                    error.getMessage());
        }
    }

    /** The store could be used; it can again once nothing has failed for a while. */
    void worked() {
        if (begun && time.nanos() - lastNanos > QUIET.toNanos()) {
            begun = false;
            LOG.log(
                    Logger.Level.INFO,
                    "scheduler {0} goes on: the store can be used again",
                    scheduler);
        }
    }
}
