package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the model that costs least over training and use depends on the law. Losses of different laws
 * cannot be compared, so each law is asked for its own loss at the optimum of the same training
 * budget.
 *
 * @param parameters the parameters with the interval that a fit's uncertainty leaves; empty without
 *     a fit
 * @param tokens the tokens with their interval; empty without a fit
 * @param others what published constants answer
 */
public record LifetimeSensitivity(
        Optional<Interval> parameters, Optional<Interval> tokens, List<PlanFromFit.Answer> others) {
    /** Copies the answers. */
    public LifetimeSensitivity {
        others = List.copyOf(others);
    }

    /**
     * Asks a fit and the published laws.
     *
     * @param fit the fit, if there is one
     * @param flops the training budget whose loss is to be reached, positive
     * @param demand how much the model will be used
     * @param prices the prices of the terms
     * @return the answers
     */
    public static LifetimeSensitivity of(
            Optional<ParametricFit> fit, double flops, Demand demand, TermPrices prices) {
        List<PlanFromFit.Answer> others = new ArrayList<>();
        FlopConvention sixNd = new FlopConvention.SixND();
        for (PublishedLaw law : PublishedLaw.values()) {
            others.add(
                    new PlanFromFit.Answer(
                            law.label(), best(law.law(), sixNd, flops, demand, prices)));
        }
        return new LifetimeSensitivity(
                fit.map(
                        f ->
                                f.interval(
                                        law ->
                                                best(
                                                                law,
                                                                f.options().convention(),
                                                                flops,
                                                                demand,
                                                                prices)
                                                        .parameters())),
                fit.map(
                        f ->
                                f.interval(
                                        law ->
                                                best(
                                                                law,
                                                                f.options().convention(),
                                                                flops,
                                                                demand,
                                                                prices)
                                                        .tokens())),
                others);
    }

    private static Allocation best(
            ParametricLaw law,
            FlopConvention convention,
            double flops,
            Demand demand,
            TermPrices prices) {
        double loss = ComputeOptimum.of(law, convention, flops).loss();
        return LifetimeOptimum.reaching(law, convention, loss, demand, prices).model();
    }
}
