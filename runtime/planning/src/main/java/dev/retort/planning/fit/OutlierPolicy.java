package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;

import java.util.Locale;

/**
 * What happens to points whose residual stands out. The Huber loss bounds what each point can do,
 * but a few runs that failed where there are few others, such as at the least data, still move a
 * law by more than its intervals say. Whatever is left out is named, with the law that it would
 * have made.
 *
 * <p>Deviations are those of the bulk of the residuals: 1.4826 times the median absolute one of
 * those that the fit does not pass through, which outliers do not move.
 *
 * <p>Immutable. There are three: {@link #KEEP}, {@link #GROSS}, and what a user asks for by {@link
 * #drop}.
 */
public final class OutlierPolicy {
    private static final double LEAST = 3;
    private static final double NAMED = 5;

    /**
     * Leaves out points beyond ten deviations, which no noise of a training makes, if they are at
     * most a tenth of all, and names those beyond five.
     */
    public static final OutlierPolicy GROSS = new OutlierPolicy(NAMED, 10, 0.1, false);

    /** Keeps all points and names those beyond five deviations. */
    public static final OutlierPolicy KEEP =
            new OutlierPolicy(NAMED, Double.POSITIVE_INFINITY, 1, false);

    private final double named;
    private final double dropped;
    private final double mostShare;
    private final boolean isAsked;

    private OutlierPolicy(double named, double dropped, double mostShare, boolean isAsked) {
        this.named = named;
        this.dropped = dropped;
        this.mostShare = mostShare;
        this.isAsked = isAsked;
    }

    /**
     * Leaves points out beyond a bound, however many, those that look like another unit as well,
     * and names those beyond five deviations.
     *
     * @param sigmas beyond how many standard deviations, at least 3, finite
     * @return the policy
     * @throws PlanningException if it is another
     */
    public static OutlierPolicy drop(double sigmas) {
        if (!(sigmas >= LEAST && Double.isFinite(sigmas))) {
            throw new PlanningException(
                    "expected outliers beyond at least 3 standard deviations, found " + sigmas);
        }
        return new OutlierPolicy(Math.min(NAMED, sigmas), sigmas, 1, true);
    }

    /**
     * Beyond how many deviations a point is named.
     *
     * @return at least 3
     */
    public double named() {
        return named;
    }

    /**
     * Beyond how many deviations a point is left out of the fit.
     *
     * @return at least as many as name it; infinite to keep all
     */
    public double dropped() {
        return dropped;
    }

    /**
     * Up to which share of the points are left out; where it would be more, none is: so many are no
     * accidents.
     *
     * @return above 0 and at most 1
     */
    public double mostShare() {
        return mostShare;
    }

    /** Whether the user asked for points to be left out, however many and whatever their unit. */
    boolean isAsked() {
        return isAsked;
    }

    /**
     * The policy in a few words.
     *
     * @return such as {@code drop points beyond 10.0 sigma, name those beyond 5.0}
     */
    public String label() {
        return Double.isFinite(dropped)
                ? String.format(
                        Locale.ROOT,
                        "drop points beyond %.1f sigma, name those beyond %.1f",
                        dropped,
                        named)
                : String.format(
                        Locale.ROOT, "keep all points, name those beyond %.1f sigma", named);
    }
}
