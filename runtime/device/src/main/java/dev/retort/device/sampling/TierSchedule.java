package dev.retort.device.sampling;

/** When the counters of one tier are due. Confined to the sampling thread. */
final class TierSchedule {
    private final long periodNanos;
    private long next;
    private boolean due;

    TierSchedule(long periodNanos, long first) {
        this.periodNanos = periodNanos;
        this.next = first;
    }

    long next() {
        return next;
    }

    /** Whether the tier is due in the tick that has begun. */
    boolean due() {
        return due;
    }

    /**
     * Begins a tick. Ticks that were missed are skipped, not made up for in a burst; the next one
     * is in step with those before, so that tiers whose periods are multiples wake the thread
     * together.
     */
    void begin(long now, int stretch) {
        due = now - next >= 0;
        if (due) {
            long period = periodNanos * stretch;
            next += period * (1 + (now - next) / period);
        }
    }

    /** Comes due no sooner than a stretched period after now. */
    void stretch(long now, int stretch) {
        next = now + periodNanos * stretch;
    }
}
