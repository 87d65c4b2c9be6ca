package dev.retort.planning.next;

import static dev.retort.planning.PlanningException.requirePositive;

import dev.retort.planning.Interval;
import dev.retort.planning.fit.ParametricFit;

/**
 * What is to be decided by an extrapolated loss, and how exactly it has to be known for that.
 *
 * @param parameters the parameters N of the run that is extrapolated to, positive
 * @param tokens its tokens D, positive
 * @param tolerance the largest half-width of the interval of its mean loss, in nats, positive
 */
public record Decision(double parameters, double tokens, double tolerance) {
    /** Checks the numbers. */
    public Decision {
        requirePositive("number of parameters N", parameters);
        requirePositive("number of tokens D", tokens);
        requirePositive("tolerance in nats", tolerance);
    }

    /**
     * The interval of the extrapolated loss.
     *
     * @param fit the law so far
     * @return nats
     */
    public Interval interval(ParametricFit fit) {
        return fit.predictLoss(parameters, tokens);
    }

    /**
     * Half the width of the interval.
     *
     * @param interval the interval of the extrapolated loss
     * @return nats
     */
    public static double halfWidth(Interval interval) {
        return (interval.high() - interval.low()) / 2;
    }

    /**
     * Whether an interval is tight enough.
     *
     * @param interval the interval of the extrapolated loss
     * @return whether it is
     */
    public boolean isMet(Interval interval) {
        return halfWidth(interval) <= tolerance;
    }
}
