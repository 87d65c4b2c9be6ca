package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.solve.Scalar;

import java.util.Optional;

/**
 * The model that costs least over training and use (Sardana et al. 2023): min over N and D of 6 N D
 * + 2 N (tokens used), each term at its price, subject to a loss. D follows from N, so it is a
 * problem in N alone.
 *
 * @param model the model
 * @param training what its training costs
 * @param input what reading costs
 * @param output what writing costs
 * @param unit what costs are in
 * @param trainedOnly the model that is cheapest to train to the same loss
 * @param trainedOnlyTotal what that one costs in all
 */
public record LifetimeOptimum(
        Allocation model,
        double training,
        double input,
        double output,
        String unit,
        Allocation trainedOnly,
        double trainedOnlyTotal) {
    /** Forward pass over forward and backward pass. */
    private static final double FORWARD = 1.0 / 3;

    /**
     * The cheapest model that reaches a loss.
     *
     * @param law the law
     * @param convention how FLOPs are counted; a third of them is the forward pass
     * @param loss the loss in nats, above the law's E
     * @param demand how much it will be used
     * @param prices the prices of the terms
     * @return the model
     * @throws PlanningException if the law never reaches the loss
     */
    public static LifetimeOptimum reaching(
            ParametricLaw law,
            FlopConvention convention,
            double loss,
            Demand demand,
            TermPrices prices) {
        return reaching(law, convention, loss, demand, prices, Limits.NONE, Optional.empty());
    }

    /**
     * The cheapest model that reaches a loss within limits.
     *
     * @param law the law
     * @param convention how FLOPs are counted; a third of them is the forward pass
     * @param loss the loss in nats, above the law's E
     * @param demand how much it will be used
     * @param prices the prices of the terms
     * @param limits what bounds the training; a deadline needs devices
     * @param devices the devices that train, if they are known
     * @return the model; the model that is trained only is within no limits
     * @throws PlanningException if the law never reaches the loss, or not within the limits
     */
    public static LifetimeOptimum reaching(
            ParametricLaw law,
            FlopConvention convention,
            double loss,
            Demand demand,
            TermPrices prices,
            Limits limits,
            Optional<DeviceFleet> devices) {
        return reaching(law, convention, loss, demand, prices, SizeRange.of(limits, devices));
    }

    static LifetimeOptimum reaching(
            ParametricLaw law,
            FlopConvention convention,
            double loss,
            Demand demand,
            TermPrices prices,
            SizeRange range) {
        Allocation trained = ComputeOptimum.reaching(law, convention, loss);
        Costs costs = new Costs(convention, demand, prices);
        double[] sizes = range.of(law, convention, loss, trained);
        double best =
                sizes[1] - sizes[0] <= SizeRange.ROUNDING
                        ? sizes[0]
                        : Scalar.minimum(
                                u -> {
                                    double tokens = law.tokensFor(Math.exp(u), loss);
                                    return Math.log(costs.total(Math.exp(u), tokens));
                                },
                                sizes[0],
                                sizes[1]);
        double parameters = Math.exp(best);
        return of(law, costs, parameters, law.tokensFor(parameters, loss), trained);
    }

    private static LifetimeOptimum of(
            ParametricLaw law, Costs costs, double parameters, double tokens, Allocation trained) {
        return new LifetimeOptimum(
                Allocation.of(law, costs.convention(), parameters, tokens),
                costs.training(parameters, tokens),
                costs.input(parameters),
                costs.output(parameters),
                costs.prices().unit(),
                trained,
                costs.total(trained.parameters(), trained.tokens()));
    }

    /**
     * What the model costs in all.
     *
     * @return in the unit of the prices
     */
    public double total() {
        return training + input + output;
    }

    /**
     * What is saved against the model that is cheapest to train.
     *
     * @return the share of that one's total
     */
    public double saving() {
        return 1 - total() / trainedOnlyTotal;
    }

    private record Costs(FlopConvention convention, Demand demand, TermPrices prices) {
        double training(double parameters, double tokens) {
            return prices.training() * convention.of(parameters, tokens);
        }

        double input(double parameters) {
            return prices.input()
                    * FORWARD
                    * convention.perToken(parameters)
                    * demand.inputTokens();
        }

        double output(double parameters) {
            return prices.output()
                    * FORWARD
                    * convention.perToken(parameters)
                    * demand.outputTokens();
        }

        double total(double parameters, double tokens) {
            return training(parameters, tokens) + input(parameters) + output(parameters);
        }
    }
}
