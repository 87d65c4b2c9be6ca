package dev.retort.experiment.schedule;

import org.jspecify.annotations.Nullable;

/**
 * With how many an attempt shares its device over time, for what it is charged. Used by the thread
 * of the loop.
 */
final class Sharing {
    private long sinceNanos;
    private int count = 1;
    private double chargedNanos;
    private boolean everShared;

    /** When it was last shared, if it ever was. */
    private long lastSharedNanos;

    Sharing(long nowNanos) {
        sinceNanos = nowNanos;
    }

    /** From now on so many have the device, this one among them. */
    void with(int all, long nowNanos) {
        charge(nowNanos);
        if (count > 1) {
            lastSharedNanos = nowNanos;
        }
        count = all;
        everShared |= all > 1;
    }

    private void charge(long nowNanos) {
        chargedNanos = chargedNanos(nowNanos);
        sinceNanos = nowNanos;
    }

    /** Its part of the time so far. */
    double chargedNanos(long nowNanos) {
        return chargedNanos + (double) (nowNanos - sinceNanos) / count;
    }

    /** Since when it is as it is. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Whether the device is shared now, or was a while ago. */
    boolean wasShared(long nowNanos, long aftermathNanos) {
        return everShared && (count > 1 || nowNanos - lastSharedNanos <= aftermathNanos);
    }

    /** Its part of the time up to its end, or {@code null} if it is all of it. */
    @Nullable Long chargedMillis(long endNanos) {
        if (!everShared) {
            return null;
        }
        return Math.round(chargedNanos(endNanos) / 1e6);
    }
}
