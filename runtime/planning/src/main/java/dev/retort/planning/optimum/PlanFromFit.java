package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;

import java.util.List;
import java.util.Optional;

/**
 * A plan with what the uncertainty of a fit leaves open of it: every law that the runs allow is
 * asked the same, within the same limits.
 *
 * @param plan the plan of the fit's law
 * @param parameters N with its interval
 * @param tokens D with its interval
 * @param flops the FLOPs with their interval; its end is infinite where laws that the runs allow
 *     never have the goal
 * @param loss the loss of the planned model with its interval, in nats
 * @param exponent the exponent of N* over C
 * @param reach the FLOPs over those of the fit's largest run
 * @param without the share of the laws that the runs allow by which no training has the goal; the
 *     intervals of N and D are those of the others
 */
public record PlanFromFit(
        TrainingPlan plan,
        Interval parameters,
        Interval tokens,
        Interval flops,
        Interval loss,
        Interval exponent,
        double reach,
        double without) {
    /**
     * What a law answers.
     *
     * @param source whose law it is
     * @param optimum its optimum
     */
    public record Answer(String source, Allocation optimum) {}

    /**
     * Plans by a fit.
     *
     * @param fit the fit, whose convention counts
     * @param goal what is planned for
     * @param devices the devices, needed where there is a deadline
     * @param limits the limits
     * @return the plan, not below the FLOPs of the fit's smallest run
     * @throws PlanningException if it is, or if no training within the limits has the goal
     */
    public static PlanFromFit of(
            ParametricFit fit, Goal goal, Optional<DeviceFleet> devices, Limits limits) {
        FlopConvention convention = fit.options().convention();
        TrainingPlan plan = goal.plan(fit.law(), convention, devices, limits);
        Allocation model = plan.model();
        double[] spent =
                fit.points().stream()
                        .mapToDouble(p -> convention.of(p.parameters(), p.tokens()))
                        .sorted()
                        .toArray();
        goal.requireWithin(fit.law(), convention, plan, spent[0], "those of the smallest run");
        Answers<Allocation> answers = answers(goal, convention, devices, limits);
        return new PlanFromFit(
                plan,
                fit.interval(answers.part(Allocation::parameters, Double.NaN)),
                fit.interval(answers.part(Allocation::tokens, Double.NaN)),
                fit.interval(answers.part(Allocation::flops, Double.POSITIVE_INFINITY)),
                fit.predictLoss(model.parameters(), model.tokens()),
                fit.interval(ParametricLaw::sizeExponent),
                model.flops() / spent[spent.length - 1],
                answers.shareWithout(fit.replicates()));
    }

    private static Answers<Allocation> answers(
            Goal goal, FlopConvention convention, Optional<DeviceFleet> devices, Limits limits) {
        return new Answers<>(law -> goal.plan(law, convention, devices, limits).model());
    }

    /**
     * What published constants answer, each under C = 6ND, for which they were fitted.
     *
     * @param goal what is planned for
     * @param devices the devices, needed where there is a deadline
     * @param limits the limits
     * @return one answer a law; none of a law by which no training has the goal
     */
    public static List<Answer> published(Goal goal, Optional<DeviceFleet> devices, Limits limits) {
        return answers(goal, new FlopConvention.SixND(), devices, limits).published(Answer::new);
    }
}
