package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the model that costs least over training and use depends on the law. Losses of different laws
 * cannot be compared, so each law is asked for the loss that it foretells of one planned model,
 * within the same limits.
 *
 * @param parameters the parameters with the interval that a fit's uncertainty leaves; empty without
 *     a fit
 * @param tokens the tokens with their interval; empty without a fit
 * @param without the share of the laws that a fit's runs allow by which no model within the limits
 *     reaches the loss; the intervals are those of the others; 0 without a fit
 * @param others what published constants answer; none of a law by which no model reaches the loss
 */
public record LifetimeSensitivity(
        Optional<Interval> parameters,
        Optional<Interval> tokens,
        double without,
        List<PlanFromFit.Answer> others) {
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
        Function<FlopConvention, Answers<Allocation>> answers =
                convention ->
                        new Answers<>(law -> best(law, convention, plan, demand, prices, range));
        Optional<Fitted> fitted =
                fit.map(f -> new Fitted(f, answers.apply(f.options().convention())));
        return new LifetimeSensitivity(
                fitted.map(Fitted::parameters),
                fitted.map(Fitted::tokens),
                fitted.map(Fitted::without).orElse(0.0),
                answers.apply(new FlopConvention.SixND()).published(PlanFromFit.Answer::new));
    }

    private record Fitted(ParametricFit fit, Answers<Allocation> answers) {
        Interval parameters() {
            return fit.interval(answers.part(Allocation::parameters, Double.NaN));
        }

        Interval tokens() {
            return fit.interval(answers.part(Allocation::tokens, Double.NaN));
        }

        double without() {
            return answers.shareWithout(fit.replicates());
        }
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
