package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;

import java.util.Locale;

/**
 * What happens to points whose residual stands out. The Huber loss bounds what each point can do,
 * so the default keeps all; either way a fit names the points that stand out and says what leaving
 * them out changes.
 *
 * @param drops whether they are left out of the fit
 * @param sigmas how many standard deviations of the residuals' bulk a residual must exceed to stand
 *     out, at least 3; the deviation is 1.4826 times the median absolute one of those residuals
 *     that the fit does not pass through, which outliers do not move
 */
public record OutlierPolicy(boolean drops, double sigmas) {
    private static final double LEAST = 3;

    /**
     * Keeps all points and names those beyond five deviations. Several points that lie above or
     * below the others by the ratio of bits to nats are refused, since they are of another unit,
     * but where the unit was stated.
     */
    public static final OutlierPolicy KEEP = new OutlierPolicy(false, 5);

    /** Checks the bound. */
    public OutlierPolicy {
        if (!(sigmas >= LEAST && Double.isFinite(sigmas))) {
            throw new PlanningException(
                    "expected outliers beyond at least 3 standard deviations, found " + sigmas);
        }
    }

    /**
     * Leaves points out, those that look like another unit as well, and fits the others anew. What
     * then stands out stays.
     *
     * @param sigmas beyond how many standard deviations, at least 3
     * @return the policy
     */
    public static OutlierPolicy drop(double sigmas) {
        return new OutlierPolicy(true, sigmas);
    }

    /**
     * The policy in a few words.
     *
     * @return such as {@code keep all points (Huber), name those beyond 5 sigma}
     */
    public String label() {
        return drops
                ? String.format(
                        Locale.ROOT, "drop points beyond %.1f sigma of the first fit", sigmas)
                : String.format(
                        Locale.ROOT,
                        "keep all points (Huber), name those beyond %.1f sigma",
                        sigmas);
    }
}
