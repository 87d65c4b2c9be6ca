package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.fit.ParametricLaw;

/**
 * What it costs to train a model that is not compute-optimal, such as a smaller one for longer
 * because it is cheaper to use.
 *
 * @param chosen the model
 * @param optimal the optimum for the same FLOPs
 * @param cheapest the cheapest training that reaches the loss of the model
 */
public record OverTraining(Allocation chosen, Allocation optimal, Allocation cheapest) {
    /**
     * The penalty of a model.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param parameters its parameters N, positive
     * @param tokens its tokens D, positive
     * @return the penalty
     */
    public static OverTraining of(
            ParametricLaw law, FlopConvention convention, double parameters, double tokens) {
        Allocation chosen = Allocation.of(law, convention, parameters, tokens);
        return new OverTraining(
                chosen,
                ComputeOptimum.of(law, convention, chosen.flops()),
                ComputeOptimum.reaching(law, convention, chosen.loss()));
    }

    /**
     * How much higher the loss is than that of the optimum for the same FLOPs.
     *
     * @return nats a token, not negative but for rounding
     */
    public double lossPenalty() {
        return chosen.loss() - optimal.loss();
    }

    /**
     * How many times the FLOPs are spent that the loss needs.
     *
     * @return at least 1 but for rounding
     */
    public double computePenalty() {
        return chosen.flops() / cheapest.flops();
    }

    /**
     * Tokens over those of the optimum for the same FLOPs.
     *
     * @return above 1 for a model that is trained longer than is optimal
     */
    public double overTraining() {
        return chosen.tokens() / optimal.tokens();
    }
}
