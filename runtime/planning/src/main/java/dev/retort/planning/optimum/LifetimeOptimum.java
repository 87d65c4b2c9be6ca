package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.solve.Scalar;

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

    /** How far above the smallest model that reaches the loss the optimum is searched, as ln N. */
    private static final double RANGE = 25;

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
        Allocation trained = ComputeOptimum.reaching(law, convention, loss);
        Costs costs = new Costs(convention, demand, prices);
        double smallest = Math.log(law.a() / (loss - law.e())) / law.alpha();
        double best =
                Scalar.minimum(
                        u -> {
                            double tokens = law.tokensFor(Math.exp(u), loss);
                            return Math.log(costs.total(Math.exp(u), tokens));
                        },
                        smallest,
                        smallest + RANGE);
        double parameters = Math.exp(best);
        return of(law, costs, parameters, law.tokensFor(parameters, loss), trained);
    }

    /**
     * The best model that a total of training and use allows.
     *
     * @param law the law
     * @param convention how FLOPs are counted; a third of them is the forward pass
     * @param total the total in the unit of the prices, positive
     * @param demand how much it will be used
     * @param prices the prices of the terms
     * @return the model of the least loss
     */
    public static LifetimeOptimum within(
            ParametricLaw law,
            FlopConvention convention,
            double total,
            Demand demand,
            TermPrices prices) {
        Checks.positive("total cost in " + prices.unit(), total);
        Costs costs = new Costs(convention, demand, prices);
        double high = Math.log(total / prices.training());
        double best =
                Scalar.minimum(
                        u -> {
                            double tokens = costs.tokensWithin(Math.exp(u), total);
                            return tokens > 0
                                    ? law.loss(Math.exp(u), tokens)
                                    : Double.POSITIVE_INFINITY;
                        },
                        0,
                        high);
        double parameters = Math.exp(best);
        double tokens = costs.tokensWithin(parameters, total);
        return of(
                law,
                costs,
                parameters,
                tokens,
                ComputeOptimum.reaching(law, convention, law.loss(parameters, tokens)));
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

        double tokensWithin(double parameters, double total) {
            double left = total - input(parameters) - output(parameters);
            return left / (prices.training() * convention.perToken(parameters));
        }
    }
}
