package dev.retort.experiment.share;

/**
 * What a team used, where an hour ago counts half. Immutable.
 *
 * @param amount devices times a unit of time
 * @param atNanos when it was that much
 */
public record LatelyUsed(double amount, long atNanos) {
    /** Nothing so far. */
    public static final LatelyUsed NOTHING = new LatelyUsed(0, 0);

    private static final double HALF_LIFE_NANOS = 3600e9;

    /** How much it is later. */
    public double at(long nanos) {
        return amount * Math.pow(0.5, (nanos - atNanos) / HALF_LIFE_NANOS);
    }

    /** The same after more was used. */
    public LatelyUsed plus(double more, long nanos) {
        return new LatelyUsed(at(nanos) + more, nanos);
    }
}
