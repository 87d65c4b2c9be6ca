package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.report.Figures;

import java.util.Locale;
import java.util.Optional;

/** What a training is planned for: the least loss for a budget, or the fewest FLOPs for a loss. */
public sealed interface Goal {
    /**
     * Plans by a law.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param devices the devices, needed where there is a deadline
     * @param limits the limits
     * @return the plan
     * @throws PlanningException if no training within the limits has the goal
     */
    TrainingPlan plan(
            ParametricLaw law,
            FlopConvention convention,
            Optional<DeviceFleet> devices,
            Limits limits);

    /**
     * Refuses a plan of fewer FLOPs than any run that its law is from, in terms of what was asked:
     * the budget or the loss, or else the limits that cut the plan.
     *
     * @param law the law
     * @param convention how the FLOPs of the smallest run are counted, and the plan's to compare
     * @param plan the plan
     * @param fewest the FLOPs of the smallest run
     * @param whose whose they are, such as {@code those of the smallest run}
     * @throws PlanningException if the plan takes fewer
     */
    default void requireWithin(
            ParametricLaw law,
            FlopConvention convention,
            TrainingPlan plan,
            double fewest,
            String whose) {
        double spent = convention.of(plan.model().parameters(), plan.model().tokens());
        if (spent < fewest * (1 - SizeRange.ROUNDING)) {
            throw new PlanningException(
                    switch (this) {
                        case Budget _ -> tooLittle(convention, plan, spent, fewest, whose);
                        case Loss(double nats) ->
                                String.format(
                                        Locale.ROOT,
                                        "expected a loss of at most %.4f nats, which takes %s"
                                                + " FLOPs, %s, found %.4f",
                                        ComputeOptimum.of(law, convention, fewest).loss(),
                                        Figures.number(fewest),
                                        whose,
                                        nats);
                    });
        }
    }

    private static String tooLittle(
            FlopConvention convention,
            TrainingPlan plan,
            double spent,
            double fewest,
            String whose) {
        Allocation unbounded = plan.unbounded();
        double budget = convention.of(unbounded.parameters(), unbounded.tokens());
        return budget < fewest * (1 - SizeRange.ROUNDING)
                ? "expected a budget of at least %s FLOPs, %s, found %s"
                        .formatted(Figures.number(fewest), whose, Figures.number(budget))
                : "expected limits that allow a plan of at least %s FLOPs, %s, found one of %s: %s"
                        .formatted(
                                Figures.number(fewest),
                                whose,
                                Figures.number(spent),
                                String.join(" ", plan.bounds()).replaceFirst("\\.$", ""));
    }

    /**
     * The least loss for a budget.
     *
     * @param flops the budget, positive
     */
    record Budget(double flops) implements Goal {
        @Override
        public TrainingPlan plan(
                ParametricLaw law,
                FlopConvention convention,
                Optional<DeviceFleet> devices,
                Limits limits) {
            return TrainingPlan.of(law, convention, flops, devices, limits);
        }
    }

    /**
     * The fewest FLOPs for a loss.
     *
     * @param nats the loss, above the E of the law
     */
    record Loss(double nats) implements Goal {
        @Override
        public TrainingPlan plan(
                ParametricLaw law,
                FlopConvention convention,
                Optional<DeviceFleet> devices,
                Limits limits) {
            return TrainingPlan.reaching(law, convention, nats, devices, limits);
        }
    }
}
