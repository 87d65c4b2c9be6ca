package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;

/**
 * The law of repeated data (Muennighoff et al. 2023, equations 5 to 7): tokens that are seen again
 * count less, and so do parameters beyond what the unique tokens can feed.
 *
 * <p>L = E + A/N′^α + B/D′^β with D′ = U + U R_D*(1 − e^(−R_D/R_D*)), R_D = D/U − 1, and N′ alike
 * from U_N = min(N, G (U G)^(β/α)), the size for which U tokens are compute-optimal. It has no term
 * by which repetition hurts in the end: beyond about 40 epochs it is too kind.
 *
 * @param base the law for unique data
 * @param repeats R_D*, after how many repetitions new ones are worth 1/e, positive
 * @param excess R_N*, the same for parameters, positive; infinite where excess parameters are worth
 *     as much as others
 */
public record RepeatedDataLaw(ParametricLaw base, double repeats, double excess) {
    /** The constants of Muennighoff et al. 2023. */
    public static final RepeatedDataLaw PUBLISHED =
            new RepeatedDataLaw(PublishedLaw.MUENNIGHOFF_2023.law(), 15.387756, 5.309743);

    /** Checks the constants. */
    public RepeatedDataLaw {
        if (!(repeats > 0 && excess > 0)) {
            throw new PlanningException(
                    "expected positive R_D* and R_N*, found %s and %s".formatted(repeats, excess));
        }
    }

    /**
     * The loss of a model.
     *
     * @param parameters its parameters N, positive
     * @param tokens the tokens it is trained on, repeated ones included, positive
     * @param uniqueTokens the tokens that differ, positive
     * @return the loss in nats a token
     */
    public double loss(double parameters, double tokens, double uniqueTokens) {
        return base.loss(
                effectiveParameters(parameters, uniqueTokens),
                effectiveTokens(tokens, uniqueTokens));
    }

    /**
     * The unique tokens that would be worth as much.
     *
     * @param tokens the tokens trained on, positive
     * @param uniqueTokens the tokens that differ, positive
     * @return D′
     */
    public double effectiveTokens(double tokens, double uniqueTokens) {
        return effective(tokens, Math.min(tokens, uniqueTokens), repeats);
    }

    /**
     * The parameters that would be worth as much with data enough.
     *
     * @param parameters the parameters N, positive
     * @param uniqueTokens the tokens that differ, positive
     * @return N′
     */
    public double effectiveParameters(double parameters, double uniqueTokens) {
        return effective(parameters, fed(base, parameters, uniqueTokens), excess);
    }

    /** U_N, the parameters that the unique tokens feed. */
    static double fed(ParametricLaw base, double parameters, double uniqueTokens) {
        double factor = base.optimumFactor();
        double optimal = factor * Math.pow(uniqueTokens * factor, base.beta() / base.alpha());
        return Math.min(parameters, optimal);
    }

    private static double effective(double all, double unique, double scale) {
        double repeated = all / unique - 1;
        return Double.isInfinite(scale)
                ? all
                : unique * (1 - scale * Math.expm1(-repeated / scale));
    }
}
