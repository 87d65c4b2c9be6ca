package dev.retort.efficiency.device;

import java.util.Arrays;

/**
 * Places the time line of a device on that of the host without waiting for the device.
 *
 * <p>What is sought is the host's time of the device's origin. Each event bounds it from both
 * sides: the event happened on the device not before it was recorded on the host, and not after the
 * host saw that it had. The lower bound is tight whenever the device was waiting for work, so the
 * highest of the last polls is taken; a minute of polls only, since two clocks drift apart.
 *
 * <p>Confined to who polls.
 */
final class ClockTie {
    private static final int POLLS = 60;

    private final double[] lowest = new double[POLLS];
    private final double[] highest = new double[POLLS];
    private int poll;

    ClockTie() {
        Arrays.fill(lowest, Double.NEGATIVE_INFINITY);
        Arrays.fill(highest, Double.POSITIVE_INFINITY);
    }

    /** Begins a poll, over the oldest that is kept. */
    void nextPoll() {
        poll = (poll + 1) % POLLS;
        lowest[poll] = Double.NEGATIVE_INFINITY;
        highest[poll] = Double.POSITIVE_INFINITY;
    }

    /**
     * Takes note of an event.
     *
     * @param position when it happened, in nanoseconds after the device's origin
     * @param notBefore a time of the host at which it had not happened
     * @param notAfter a time of the host at which it had
     */
    void saw(double position, long notBefore, long notAfter) {
        lowest[poll] = Math.max(lowest[poll], notBefore - position);
        highest[poll] = Math.min(highest[poll], notAfter - position);
    }

    /** The host's time of the device's origin, in nanoseconds. Asked after an event was seen. */
    double origin() {
        return Arrays.stream(lowest).max().orElseThrow();
    }

    /** How far the origin can be later than that. */
    long errorNanos() {
        double bound = Arrays.stream(highest).min().orElseThrow() - origin();
        return Double.isFinite(bound) ? Math.round(Math.max(0, bound)) : Long.MAX_VALUE;
    }
}
