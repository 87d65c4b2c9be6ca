package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;

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
