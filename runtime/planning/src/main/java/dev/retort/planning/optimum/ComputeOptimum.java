package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.RepeatedDataLaw;
import dev.retort.planning.solve.Scalar;

/**
 * The model and data of the least loss for a training budget.
 *
 * <p>Under C = 6ND it is the closed form N* = G (C/6)^(β/(α+β)), D* = (C/6)^(α/(α+β))/G with G =
 * (αA/(βB))^(1/(α+β)) (Hoffmann et al. 2022, equation 4); under other conventions the minimum over
 * ln N is searched.
 */
public final class ComputeOptimum {
    private static final double SMALLEST = Math.log(1e2);
    private static final double LARGEST_BUDGET = Math.log(1e40);

    private ComputeOptimum() {}

    /**
     * The optimum.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param flops the budget, positive
     * @return the model of the least loss
     */
    public static Allocation of(ParametricLaw law, FlopConvention convention, double flops) {
        PlanningException.requirePositive("budget of FLOPs", flops);
        double parameters;
        if (convention instanceof FlopConvention.SixND) {
            parameters = law.optimumFactor() * Math.pow(flops / 6, law.sizeExponent());
        } else {
            parameters =
                    Math.exp(
                            Scalar.minimum(
                                    u ->
                                            law.loss(
                                                    Math.exp(u),
                                                    tokens(convention, Math.exp(u), flops)),
                                    SMALLEST,
                                    Math.log(flops)));
        }
        double tokens = tokens(convention, parameters, flops);
        return new Allocation(parameters, tokens, flops, law.loss(parameters, tokens));
    }

    /**
     * The optimum where only some tokens differ and the others repeat them.
     *
     * @param law the law of repeated data
     * @param convention how FLOPs are counted
     * @param flops the budget, positive
     * @param uniqueTokens the tokens that differ, positive
     * @return the model of the least loss; of its tokens those beyond the unique ones are repeated
     */
    public static Allocation of(
            RepeatedDataLaw law, FlopConvention convention, double flops, double uniqueTokens) {
        PlanningException.requirePositive("budget of FLOPs", flops);
        PlanningException.requirePositive("number of unique tokens", uniqueTokens);
        double parameters =
                Math.exp(
                        Scalar.minimum(
                                u ->
                                        law.loss(
                                                Math.exp(u),
                                                tokens(convention, Math.exp(u), flops),
                                                uniqueTokens),
                                SMALLEST,
                                Math.log(flops)));
        double tokens = tokens(convention, parameters, flops);
        return new Allocation(
                parameters, tokens, flops, law.loss(parameters, tokens, uniqueTokens));
    }

    /**
     * The cheapest training that reaches a loss.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param loss the loss in nats, above the law's E
     * @return the model, compute-optimal for its budget
     * @throws PlanningException if the law never reaches the loss
     */
    public static Allocation reaching(ParametricLaw law, FlopConvention convention, double loss) {
        PlanningException.requirePositive("loss in nats", loss);
        if (!(loss > law.e())) {
            throw new PlanningException(
                    "expected a loss above E = %s, which no training removes, found %s"
                            .formatted(law.e(), loss));
        }
        double least = Math.log(6e2);
        if (of(law, convention, Math.exp(least)).loss() <= loss) {
            throw new PlanningException(
                    "expected a loss that takes a training, found %s, which a budget of 600 FLOPs reaches"
                            .formatted(loss));
        }
        if (of(law, convention, Math.exp(LARGEST_BUDGET)).loss() >= loss) {
            throw new PlanningException(
                    "expected a loss that a budget of at most 1e40 FLOPs reaches, found "
                            + loss
                            + ", too close to E = "
                            + law.e());
        }
        double log =
                Scalar.root(
                        u -> of(law, convention, Math.exp(u)).loss() - loss, least, LARGEST_BUDGET);
        return of(law, convention, Math.exp(log));
    }

    private static double tokens(FlopConvention convention, double parameters, double flops) {
        return flops / convention.perToken(parameters);
    }
}
