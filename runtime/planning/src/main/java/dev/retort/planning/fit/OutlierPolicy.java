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
 * @param named beyond how many deviations a point is named, at least 3
 * @param dropped beyond how many it is left out of the fit, at least as many; infinite to keep all
 * @param mostShare up to which share of the points are left out, above 0 and at most 1; where it
 *     would be more, none is: so many are no accidents
 */
public record OutlierPolicy(double named, double dropped, double mostShare) {
    private static final double LEAST = 3;
    private static final double NAMED = 5;

    /**
     * Leaves out points beyond ten deviations, which no noise of a training makes, if they are at
     * most a tenth of all, and names those beyond five.
     */
    public static final OutlierPolicy GROSS = new OutlierPolicy(NAMED, 10, 0.1);

    /** Keeps all points and names those beyond five deviations. */
    public static final OutlierPolicy KEEP = new OutlierPolicy(NAMED, Double.POSITIVE_INFINITY, 1);

    /** Checks the bounds. */
    public OutlierPolicy {
        if (!(named >= LEAST && Double.isFinite(named))) {
            throw new PlanningException(
                    "expected outliers beyond at least 3 standard deviations, found " + named);
        }
        if (!(dropped >= named)) {
            throw new PlanningException(
                    "expected points to be left out beyond at least the %s standard deviations that name them, found %s"
                            .formatted(named, dropped));
        }
        if (!(mostShare > 0 && mostShare <= 1)) {
            throw new PlanningException(
                    "expected a share of points above 0 and at most 1, found " + mostShare);
        }
    }

    /**
     * Leaves points out beyond a bound, however many, those that look like another unit as well,
     * and names those beyond five deviations.
     *
     * @param sigmas beyond how many standard deviations, at least 3
     * @return the policy
     */
    public static OutlierPolicy drop(double sigmas) {
        return new OutlierPolicy(Math.min(NAMED, sigmas), sigmas, 1);
    }

    /** Whether the user asked for points to be left out, however many and whatever their unit. */
    boolean isAsked() {
        return Double.isFinite(dropped) && mostShare == 1;
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
