package dev.retort.experiment.schedule;

import java.time.Duration;

/**
 * For how long a count stood still while somebody looked. A look that comes late, since who looks
 * was suspended or waited for something, counts as two that come in time: nobody knows what
 * happened in between. Used by one thread.
 */
final class Watchdog {
    private final long mostNanos;
    private long count = Long.MIN_VALUE;
    private long lookedNanos;
    private long silentNanos;

    /**
     * Begins to watch.
     *
     * @param interval the time between two looks
     * @param nowNanos the time, by a clock that does not jump
     */
    Watchdog(Duration interval, long nowNanos) {
        this.mostNanos = 2 * interval.toNanos();
        this.lookedNanos = nowNanos;
    }

    /** Looks at the count; returns for how long it has stood still. */
    long silentNanos(long now, long nowNanos) {
        long step = Math.min(mostNanos, nowNanos - lookedNanos);
        lookedNanos = nowNanos;
        silentNanos = now == count ? silentNanos + step : 0;
        count = now;
        return silentNanos;
    }
}
