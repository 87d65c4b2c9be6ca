package dev.retort.device.counters;

/**
 * The growth of a counter that may wrap around or restart, in a unit of its own.
 *
 * <p>A value below the one before is a wrap if the counter has a range and could have come that far
 * since; otherwise the counter was restarted, as by a new driver, and how far it went is unknown.
 * So is the growth over a time in which the counter could have turned all the way around.
 */
final class CumulativeCounter {
    /** Why the growth is unknown, fit to be shown to a user. */
    static final String GAP =
            "the counter restarted, or was not read for so long that it may have wrapped around"
                    + " unseen";

    /** Tolerance for counters that the hardware updates in lumps. */
    private static final long LUMP_NANOS = 1_000_000_000;

    private final double unitsPerCount;
    private final double range;
    private final double mostPerSecond;
    private final boolean holds;
    private boolean begun;
    private long raw;
    private long nanoTime;
    private double counts;
    private long gaps;

    private CumulativeCounter(
            double unitsPerCount, double range, double mostPerSecond, boolean holds) {
        this.unitsPerCount = unitsPerCount;
        this.range = range;
        this.mostPerSecond = mostPerSecond;
        this.holds = holds;
    }

    /** A counter that is too wide to wrap around. */
    static CumulativeCounter endless(double unitsPerCount) {
        return new CumulativeCounter(unitsPerCount, 0, Double.POSITIVE_INFINITY, false);
    }

    /** A counter that the kernel lets go back by a little now and then: it holds meanwhile. */
    static CumulativeCounter holding(double unitsPerCount) {
        return new CumulativeCounter(unitsPerCount, 0, Double.POSITIVE_INFINITY, true);
    }

    /**
     * A counter that begins anew after its range.
     *
     * @param unitsPerCount what one count is worth
     * @param range the counts of a whole turn
     * @param mostPerSecond the most counts of a second
     */
    static CumulativeCounter wrapping(double unitsPerCount, double range, double mostPerSecond) {
        return new CumulativeCounter(unitsPerCount, range, mostPerSecond, false);
    }

    /**
     * Takes the next value.
     *
     * @param nextRaw the value, not negative; the first one is where counting begins
     * @param now when it was read
     * @return whether the growth since the value before is known
     */
    boolean advance(long nextRaw, long now) {
        boolean known = !begun || grow(nextRaw, now - nanoTime);
        if (!known) {
            gaps++;
        }
        raw = holds && begun ? Math.max(raw, nextRaw) : nextRaw;
        nanoTime = now;
        begun = true;
        return known;
    }

    private boolean grow(long nextRaw, long nanos) {
        if (range == 0) {
            counts += Math.max(0, nextRaw - raw);
            return holds || nextRaw >= raw;
        }
        double delta = nextRaw >= raw ? (double) (nextRaw - raw) : range - raw + nextRaw;
        boolean wholeTurnPossible = most(nanos) >= range;
        // A counter that restarts at zero, as after suspend to RAM, looks like a wrap around.
        boolean restarted = delta > most(nanos + LUMP_NANOS);
        if (wholeTurnPossible || restarted) {
            return false;
        }
        counts += delta;
        return true;
    }

    private double most(long nanos) {
        return nanos * 1e-9 * mostPerSecond;
    }

    /** The growth since the first value, without what is unknown. */
    double total() {
        return counts * unitsPerCount;
    }

    /** How often the growth between two values stayed unknown. */
    long gaps() {
        return gaps;
    }
}
