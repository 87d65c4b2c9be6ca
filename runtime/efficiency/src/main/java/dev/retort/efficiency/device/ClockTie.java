package dev.retort.efficiency.device;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Places the time line of a device on that of the host without waiting for the device.
 *
 * <p>What is sought is the host's time of the device's origin. Each event bounds it from both
 * sides: the event happened on the device not before it was recorded on the host, and not after the
 * host saw that it had. The lower bound is tight whenever the device was waiting for work, so the
 * highest of a minute is taken; no longer, since two clocks drift apart. A time without events
 * forgets nothing.
 *
 * <p>Confined to who polls.
 */
final class ClockTie {
    private static final int SLOTS = 60;
    private static final long SLOT_NANOS = 1_000_000_000;

    private final double[] lowest = new double[SLOTS];
    private final double[] highest = new double[SLOTS];

    /** The second that a slot is of. */
    private final long[] seconds = new long[SLOTS];

    ClockTie() {
        Arrays.fill(lowest, Double.NEGATIVE_INFINITY);
        Arrays.fill(highest, Double.POSITIVE_INFINITY);
        Arrays.fill(seconds, Long.MIN_VALUE / 2);
    }

    /**
     * Takes note of an event.
     *
     * @param position when it happened, in nanoseconds after the device's origin
     * @param notBefore a time of the host at which it had not happened
     * @param notAfter a time of the host at which it had, or {@link Long#MAX_VALUE}
     */
    void saw(double position, long notBefore, long notAfter) {
        long second = Math.floorDiv(notBefore, SLOT_NANOS);
        int slot = Math.floorMod(second, SLOTS);
        if (second > seconds[slot]) {
            // What is older than a minute goes, but only once something newer is there.
            for (int i = 0; i < SLOTS; i++) {
                if (second - seconds[i] >= SLOTS) {
                    lowest[i] = Double.NEGATIVE_INFINITY;
                    highest[i] = Double.POSITIVE_INFINITY;
                }
            }
            seconds[slot] = second;
        }
        lowest[slot] = Math.max(lowest[slot], notBefore - position);
        if (notAfter < Long.MAX_VALUE) {
            highest[slot] = Math.min(highest[slot], notAfter - position);
        }
    }

    /** The host's time of the device's origin, in nanoseconds. Asked after an event was seen. */
    double origin() {
        return Arrays.stream(lowest).max().orElseThrow();
    }

    /** How far the origin can be later than that; empty before an event was seen to have been. */
    OptionalLong errorNanos() {
        double bound = Arrays.stream(highest).min().orElseThrow() - origin();
        return Double.isFinite(bound)
                ? OptionalLong.of(Math.round(Math.max(0, bound)))
                : OptionalLong.empty();
    }
}
