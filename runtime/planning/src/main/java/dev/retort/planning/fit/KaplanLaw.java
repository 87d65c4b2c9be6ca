package dev.retort.planning.fit;

import static dev.retort.planning.PlanningException.requirePositive;

/**
 * Kaplan's form L(N, D) = ((N_c/N)^(α_N/α_D) + D_c/D)^α_D (Kaplan et al. 2020, equation 1.5), in
 * nats a token. It has no irreducible loss; N leaves the embeddings out where it is compared with
 * the published constants.
 *
 * @param criticalParameters N_c, positive
 * @param criticalTokens D_c, positive
 * @param alphaN α_N, the exponent of the model's size, positive
 * @param alphaD α_D, the exponent of the data, positive
 */
public record KaplanLaw(
        double criticalParameters, double criticalTokens, double alphaN, double alphaD) {
    /** The constants of Kaplan et al. 2020, table 2. */
    public static final KaplanLaw PUBLISHED = new KaplanLaw(6.4e13, 1.8e13, 0.076, 0.103);

    /** Checks the constants. */
    public KaplanLaw {
        requirePositive("N_c", criticalParameters);
        requirePositive("D_c", criticalTokens);
        requirePositive("alpha_N", alphaN);
        requirePositive("alpha_D", alphaD);
    }

    /**
     * The loss of a model.
     *
     * @param parameters its parameters N, positive
     * @param tokens the tokens D it is trained on, positive
     * @return the loss in nats a token
     */
    public double loss(double parameters, double tokens) {
        return Math.pow(
                Math.pow(criticalParameters / parameters, alphaN / alphaD)
                        + criticalTokens / tokens,
                alphaD);
    }
}
