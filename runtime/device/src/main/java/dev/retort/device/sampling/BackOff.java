package dev.retort.device.sampling;

/**
 * Decides by how much the periods are stretched: doubled while the sampler exceeds a limit, halved
 * while it is well below both. Deterministic; confined to the sampling thread.
 */
final class BackOff {
    /** How many ticks are judged together; one slow call alone changes nothing. */
    static final int TICKS = 10;

    static final int MOST_STRETCH = 64;

    /** Below this part of a limit the periods are halved, which can at most double the share. */
    private static final double WELL_BELOW = 0.25;

    private final double cpuShareLimit;
    private final double driverShareLimit;
    private int stretch = 1;
    private int ticks;
    private long since;
    private long cpuNanos;
    private long driverNanos;
    private double cpuShare;
    private double driverShare;

    BackOff(double cpuShareLimit, double driverShareLimit, long nanoTime) {
        this.cpuShareLimit = cpuShareLimit;
        this.driverShareLimit = driverShareLimit;
        this.since = nanoTime;
    }

    /**
     * Takes note of a tick.
     *
     * @return whether the stretch has changed
     */
    boolean ticked(long tickCpuNanos, long tickDriverNanos, long nanoTime) {
        cpuNanos += tickCpuNanos;
        driverNanos += tickDriverNanos;
        long elapsed = nanoTime - since;
        if (++ticks < TICKS || elapsed <= 0) {
            return false;
        }
        cpuShare = (double) cpuNanos / elapsed;
        driverShare = (double) driverNanos / elapsed;
        ticks = 0;
        cpuNanos = 0;
        driverNanos = 0;
        since = nanoTime;
        int before = stretch;
        if (cpuShare > cpuShareLimit || driverShare > driverShareLimit) {
            stretch = Math.min(MOST_STRETCH, 2 * stretch);
        } else if (cpuShare < WELL_BELOW * cpuShareLimit
                && driverShare < WELL_BELOW * driverShareLimit) {
            stretch = Math.max(1, stretch / 2);
        }
        return stretch != before;
    }

    int stretch() {
        return stretch;
    }

    /** The share of one core over the ticks that were judged last. */
    double cpuShare() {
        return cpuShare;
    }

    /** The share of the time inside of drivers over the ticks that were judged last. */
    double driverShare() {
        return driverShare;
    }
}
