package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

/**
 * The chance that at least one of k samples is right, from n samples of which c are: the unbiased
 * estimate 1 − C(n−c, k)/C(n, k) (Chen et al. 2021).
 *
 * <p>Computed as 1 − Π (1 − k/i) over i from n−c+1 to n, or with c and k exchanged, whichever has
 * fewer factors. Logarithms are summed with compensation, so that neither a chance near 0 nor one
 * near 1 loses digits; n up to 10⁹ is no trouble.
 */
public final class PassAtK {
    /** Beyond this the product is below the least double. */
    private static final double NOTHING = -750;

    private PassAtK() {}

    /**
     * The estimate.
     *
     * @param samples n, at least 1
     * @param correct c, from 0 to n
     * @param k from 1 to n
     * @return pass@k
     * @throws PlanningException if a number is out of its range
     */
    public static double estimate(long samples, long correct, long k) {
        if (samples < 1) {
            throw new PlanningException("expected at least 1 sample, found " + samples);
        }
        if (correct < 0 || correct > samples) {
            throw new PlanningException(
                    "expected from 0 to %d correct samples, found %d".formatted(samples, correct));
        }
        if (k < 1 || k > samples) {
            throw new PlanningException(
                    "expected k from 1 to the %d samples there are, found %d"
                            .formatted(samples, k));
        }
        if (samples - correct < k) {
            return 1;
        }
        if (correct == 0) {
            return 0;
        }
        return -Math.expm1(logMissed(samples, correct, k));
    }

    /**
     * ln(C(n−c, k)/C(n, k)), the logarithm of the chance that none of c samples is among k of n,
     * where n − c ≥ k: ln Π (1 − max(c, k)/i) over the last min(c, k) of the i up to n.
     */
    static double logMissed(long samples, long correct, long k) {
        long factors = Math.min(correct, k);
        long drawn = Math.max(correct, k);
        ExactSum sum = new ExactSum();
        for (long i = samples; i > samples - factors; i--) {
            // The difference of whole numbers is exact; a quotient near 1 would lose it.
            sum.add(
                    2 * drawn > i
                            ? Math.log((double) (i - drawn) / i)
                            : Math.log1p(-(double) drawn / i));
            if (sum.value() < NOTHING) {
                return Double.NEGATIVE_INFINITY;
            }
        }
        return sum.value();
    }
}
