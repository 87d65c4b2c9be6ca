package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

/**
 * A model in a comparison at equal cost.
 *
 * @param name its name
 * @param results its samples
 * @param costPerSample what a sample costs, positive
 * @param unit what that is in, such as FLOPs, joules or a currency
 */
public record Contender(String name, ResultTable results, double costPerSample, String unit) {
    /** Checks the cost. */
    public Contender {
        if (!(costPerSample > 0 && Double.isFinite(costPerSample))) {
            throw new PlanningException(
                    "expected a positive, finite cost of a sample of %s, found %s"
                            .formatted(name, costPerSample));
        }
    }

    /**
     * The FLOPs of a sample: two a parameter and token (Snell et al. 2024 compare by them).
     *
     * @param parameters the parameters of the model, positive
     * @param tokens the tokens of a sample, positive
     * @return the FLOPs
     */
    public static double flops(double parameters, double tokens) {
        return 2
                * PlanningException.requirePositive("number of parameters", parameters)
                * PlanningException.requirePositive("number of tokens", tokens);
    }
}
