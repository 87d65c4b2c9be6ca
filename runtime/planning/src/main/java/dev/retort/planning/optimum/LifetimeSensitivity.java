package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How the model that costs least over training and use depends on the law. Losses of different laws
 * cannot be compared, so each law is asked for the loss that it foretells of one planned model,
 * within the same limits.
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
     * @param plan the model whose loss is to be reached
     * @param demand how much the model will be used
     * @param prices the prices of the terms
     * @param limits what bounds the training, within which the plan is
     * @param devices the devices that train, if they are known
     * @return the answers
     */
    public static LifetimeSensitivity of(
            Optional<ParametricFit> fit,
            Allocation plan,
            Demand demand,
            TermPrices prices,
            Limits limits,
            Optional<DeviceFleet> devices) {
        SizeRange range = SizeRange.of(limits, devices);
        List<PlanFromFit.Answer> others = new ArrayList<>();
        FlopConvention sixNd = new FlopConvention.SixND();
        for (PublishedLaw law : PublishedLaw.values()) {
            others.add(
                    new PlanFromFit.Answer(
                            law.label(), best(law.law(), sixNd, plan, demand, prices, range)));
        }
        return new LifetimeSensitivity(
                fit.map(f -> interval(f, plan, demand, prices, range, Allocation::parameters)),
                fit.map(f -> interval(f, plan, demand, prices, range, Allocation::tokens)),
                others);
    }

    private static Interval interval(
            ParametricFit fit,
            Allocation plan,
            Demand demand,
            TermPrices prices,
            SizeRange range,
            ToDoubleFunction<Allocation> quantity) {
        FlopConvention convention = fit.options().convention();
        return fit.interval(
                law -> quantity.applyAsDouble(best(law, convention, plan, demand, prices, range)));
    }

    private static Allocation best(
            ParametricLaw law,
            FlopConvention convention,
            Allocation plan,
            Demand demand,
            TermPrices prices,
            SizeRange range) {
        double loss = law.loss(plan.parameters(), plan.tokens());
        SizeRange allowed = range.allowing(convention.of(plan.parameters(), plan.tokens()));
        return LifetimeOptimum.reaching(law, convention, loss, demand, prices, allowed).model();
    }
}
