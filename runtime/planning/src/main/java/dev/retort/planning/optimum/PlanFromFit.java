package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The compute-optimal model for a budget with its uncertainty, and how the answer depends on whose
 * constants are used.
 *
 * @param optimum the optimum of the fit's law
 * @param parameters N* with the interval that the fit's uncertainty leaves
 * @param tokens D* with its interval
 * @param loss the loss there with its interval, in nats
 * @param exponent the exponent of N* over C
 * @param reach the budget over the FLOPs of the fit's largest run
 * @param others what published constants answer
 */
public record PlanFromFit(
        Allocation optimum,
        Interval parameters,
        Interval tokens,
        Interval loss,
        Interval exponent,
        double reach,
        List<Answer> others) {
    /** Copies the answers. */
    public PlanFromFit {
        others = List.copyOf(others);
    }

    /**
     * What a law answers.
     *
     * @param source whose law it is
     * @param optimum its optimum
     */
    public record Answer(String source, Allocation optimum) {}

    /**
     * Plans a budget.
     *
     * @param fit the fit, whose convention counts
     * @param flops the budget, not below the fit's smallest run
     * @return the plan
     * @throws PlanningException if the budget is below the smallest run
     */
    public static PlanFromFit of(ParametricFit fit, double flops) {
        FlopConvention convention = fit.options().convention();
        PlanningException.requirePositive("budget of FLOPs", flops);
        double[] spent =
                fit.points().stream()
                        .mapToDouble(p -> convention.of(p.parameters(), p.tokens()))
                        .sorted()
                        .toArray();
        if (flops < spent[0]) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected a budget of at least %.4g FLOPs, those of the smallest run, found"
                                    + " %.4g",
                            spent[0],
                            flops));
        }
        return new PlanFromFit(
                ComputeOptimum.of(fit.law(), convention, flops),
                fit.interval(law -> ComputeOptimum.of(law, convention, flops).parameters()),
                fit.interval(law -> ComputeOptimum.of(law, convention, flops).tokens()),
                fit.interval(law -> ComputeOptimum.of(law, convention, flops).loss()),
                fit.interval(ParametricLaw::sizeExponent),
                flops / spent[spent.length - 1],
                published(flops));
    }

    /**
     * The FLOPs of the cheapest training that reaches a loss.
     *
     * @param fit the fit, whose convention counts
     * @param loss the loss in nats, above the E of the best fit
     * @return the FLOPs with the interval that the fit's uncertainty leaves; its end is infinite
     *     where laws that the runs allow never reach the loss
     */
    public static Interval flopsReaching(ParametricFit fit, double loss) {
        FlopConvention convention = fit.options().convention();
        return fit.interval(
                law -> {
                    // What floating point cannot tell from E no training reaches.
                    if (loss - law.e() < 1e-9 * loss) {
                        return Double.POSITIVE_INFINITY;
                    }
                    try {
                        return ComputeOptimum.reaching(law, convention, loss).flops();
                    } catch (PlanningException _) {
                        return Double.POSITIVE_INFINITY;
                    }
                });
    }

    /**
     * What published constants answer, each under C = 6ND, for which they were fitted.
     *
     * @param flops the budget, positive
     * @return one answer a law
     */
    public static List<Answer> published(double flops) {
        List<Answer> answers = new ArrayList<>();
        for (PublishedLaw law : PublishedLaw.values()) {
            answers.add(
                    new Answer(
                            law.label(),
                            ComputeOptimum.of(law.law(), new FlopConvention.SixND(), flops)));
        }
        return answers;
    }
}
