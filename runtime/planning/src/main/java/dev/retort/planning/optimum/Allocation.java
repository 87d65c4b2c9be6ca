package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;

/**
 * A model and the data that it is trained on.
 *
 * @param parameters the parameters N
 * @param tokens the tokens D
 * @param flops the FLOPs of the training
 * @param loss the loss that the law predicts, in nats a token
 */
public record Allocation(double parameters, double tokens, double flops, double loss) {
    /**
     * What a law says of a model.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param parameters the parameters N, positive
     * @param tokens the tokens D, positive
     * @return the allocation
     */
    public static Allocation of(
            ParametricLaw law, FlopConvention convention, double parameters, double tokens) {
        PlanningException.requirePositive("number of parameters N", parameters);
        PlanningException.requirePositive("number of tokens D", tokens);
        return new Allocation(
                parameters,
                tokens,
                convention.of(parameters, tokens),
                law.loss(parameters, tokens));
    }

    /**
     * Tokens a parameter.
     *
     * @return D/N
     */
    public double tokensPerParameter() {
        return tokens / parameters;
    }
}
