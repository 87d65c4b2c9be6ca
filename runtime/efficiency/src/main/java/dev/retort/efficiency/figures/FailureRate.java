package dev.retort.efficiency.figures;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How often runs fail.
 *
 * @param failed runs that failed
 * @param succeeded runs that succeeded; those that a user cancelled are in neither number
 */
public record FailureRate(long failed, long succeeded) {
    /** The 97.5 % quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    private static final double HOURS_PER_1000_NODE_DAYS = 24_000;

    /** Checks the components. */
    public FailureRate {
        if (failed < 0 || succeeded < 0) {
            throw new IllegalArgumentException(
                    "a count cannot be negative: %d failed, %d succeeded"
                            .formatted(failed, succeeded));
        }
    }

    /**
     * A range that contains the true value with 95 % confidence.
     *
     * @param low its lower end
     * @param high its upper end
     */
    public record Interval(double low, double high) {}

    /**
     * The share of runs that failed.
     *
     * @return from 0 to 1, or empty without runs
     */
    public OptionalDouble fraction() {
        long runs = failed + succeeded;
        return runs == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) failed / runs);
    }

    /**
     * Wilson's score interval of the share (J. Am. Stat. Assoc. 22, 1927, 209-212), which holds for
     * few runs and for shares near 0 and 1.
     *
     * @return the 95 % interval; from 0 to 1 without runs
     */
    public Interval wilson() {
        double n = failed + succeeded;
        if (n == 0) {
            return new Interval(0, 1);
        }
        double p = failed / n;
        double z2 = Z * Z;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
        // At the ends rounding would leave the range of a share.
        return new Interval(
                failed == 0 ? 0 : Math.max(0, centre - half),
                succeeded == 0 ? 1 : Math.min(1, centre + half));
    }

    /**
     * Failures per 1000 node-days (arXiv:2410.21680).
     *
     * @param nodeTime the time of all nodes together
     * @return the rate, or empty if no time passed
     */
    public OptionalDouble per1000NodeDays(Duration nodeTime) {
        double hours = nodeTime.toNanos() / 3.6e12;
        return hours <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(failed / hours * HOURS_PER_1000_NODE_DAYS);
    }

    /**
     * The mean time to failure of a job on several nodes, each of which can end it.
     *
     * @param per1000NodeDays the failures per 1000 node-days, positive
     * @param nodes the nodes, at least 1
     * @return the time
     */
    public static Duration meanTimeToFailure(double per1000NodeDays, int nodes) {
        if (!(per1000NodeDays > 0) || nodes < 1) {
            throw new IllegalArgumentException(
                    "expected a positive rate and at least 1 node, found %s and %d"
                            .formatted(per1000NodeDays, nodes));
        }
        return Duration.ofMillis(
                Math.round(HOURS_PER_1000_NODE_DAYS / per1000NodeDays / nodes * 3.6e6));
    }
}
