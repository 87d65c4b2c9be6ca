package dev.retort.experiment.velocity;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time.
 *
 * @param from its begin, which belongs to it
 * @param to its end, which does not; after {@code from}
 */
public record Window(Instant from, Instant to) {
    /** Checks the order. */
    public Window {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "expected a window that ends after its begin, found %s to %s"
                            .formatted(from, to));
        }
    }

    /**
     * How long it is.
     *
     * @return the duration
     */
    public Duration length() {
        return Duration.between(from, to);
    }

    /**
     * Whether a time lies in it.
     *
     * @param time the time
     * @return whether it does
     */
    public boolean contains(Instant time) {
        return !time.isBefore(from) && time.isBefore(to);
    }

    boolean contains(long nanos) {
        return History.nanos(from) <= nanos && nanos < History.nanos(to);
    }

    /** How much of a stretch lies in the window, in nanoseconds. */
    long overlap(long begin, long end) {
        return Math.max(0, Math.min(end, History.nanos(to)) - Math.max(begin, History.nanos(from)));
    }
}
