package dev.retort.planning.optimum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Plans that limits leave no choice, or nearly none. */
class PlanAtLimitsTest {
    private static final FlopConvention SIX_N_D = new FlopConvention.SixND();
    private static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();
    private static final Demand DEMAND = new Demand(1e12, 0);

    /** One device of 1 TFLOP/s. */
    private static final Optional<DeviceFleet> SMALL =
            Optional.of(
                    new DeviceFleet(1, 1e12, 0.4, OptionalDouble.empty(), OptionalDouble.empty()));

    private static TrainingPlan plan(double budget, Limits limits) {
        return TrainingPlan.of(LAW, SIX_N_D, budget, SMALL, limits);
    }

    /** Whatever the limits, a plan lies within them, and so does its lifetime optimum. */
    @Test
    void aPlanAtTwoLimitsIsItsOwnLifetimeOptimum() {
        for (double size = 1e8; size < 1e11; size *= 3) {
            for (double data = 1e9; data < 1e12; data *= 3) {
                Limits limits = Limits.NONE.withMostParameters(size).withMostTokens(data);
                isItsOwnLifetimeOptimum(plan(1e26, limits), limits);
            }
            // All of the time for a model of half or a fiftieth of the best size.
            Limits small = Limits.NONE.withMostParameters(size);
            for (double share : new double[] {2, 50}) {
                double flops = ComputeOptimum.reaching(LAW, SIX_N_D, lossOf(share * size)).flops();
                Limits soon = small.withDeadline(Duration.ofSeconds((long) (flops / 4e11)));
                isItsOwnLifetimeOptimum(plan(1e30, soon), soon);
            }
        }
    }

    /** The size may be just what the budget would take if there were more data. */
    @Test
    void theBestSizeStillHasNoMoreDataThanThereAre() {
        Allocation best = ComputeOptimum.of(LAW, SIX_N_D, 1e22);
        double data = best.tokens() / 2;
        Limits limits = Limits.NONE.withMostParameters(best.parameters()).withMostTokens(data);
        TrainingPlan plan = TrainingPlan.of(LAW, SIX_N_D, 1e22, Optional.empty(), limits);
        assertEquals(data, plan.model().tokens());
        assertEquals(best.parameters(), plan.model().parameters());
        assertTrue(plan.bounds().getFirst().contains("50.0 %"), plan.bounds().toString());
    }

    private static double lossOf(double optimalSize) {
        double data = 20 * optimalSize;
        return LAW.loss(optimalSize, data);
    }

    private static void isItsOwnLifetimeOptimum(TrainingPlan plan, Limits limits) {
        Allocation model = plan.model();
        LifetimeOptimum life =
                LifetimeOptimum.reaching(
                        LAW, SIX_N_D, model.loss(), DEMAND, TermPrices.FLOPS, limits, SMALL);
        assertEquals(model.parameters(), life.model().parameters(), 1e-5 * model.parameters());
        assertEquals(model.loss(), life.model().loss(), 1e-12);
        assertTrue(Double.isFinite(life.total()));
    }

    /** As large as only infinite data would bring to the loss. */
    @Test
    void aLimitThatOnlyInfiniteDataMeetIsNotMet() {
        double smallest = Math.pow(LAW.a() / (2.1 - LAW.e()), 1 / LAW.alpha());
        for (double share : new double[] {1 - 1e-7, 1}) {
            Limits each = Limits.NONE.withMostParameters(smallest * share);
            assertEquals(
                    "expected limits within which a model reaches the loss 2.1000, found that none"
                            + " does",
                    assertThrows(
                                    PlanningException.class,
                                    () -> TrainingPlan.reaching(LAW, SIX_N_D, 2.1, SMALL, each))
                            .getMessage());
        }
        double finite = smallest * (1 + 1e-3);
        TrainingPlan plan =
                TrainingPlan.reaching(
                        LAW, SIX_N_D, 2.1, SMALL, Limits.NONE.withMostParameters(finite));
        assertEquals(finite, plan.model().parameters(), 1e-9 * finite);
    }

    @Test
    void aDeadlineThatIsJustEnoughBindsNothing() {
        Allocation cheapest = ComputeOptimum.reaching(LAW, SIX_N_D, 2.1);
        for (double share : new double[] {1 - 1e-10, 1, 1 + 1e-10}) {
            double seconds = share * cheapest.flops() / 4e11;
            Limits limits =
                    Limits.NONE.withDeadline(
                            Duration.ofSeconds((long) seconds, (long) (seconds % 1 * 1e9)));
            TrainingPlan plan = TrainingPlan.reaching(LAW, SIX_N_D, 2.1, SMALL, limits);
            assertEquals(cheapest, plan.model());
            assertEquals(List.of(), plan.bounds());
        }
    }

    @Test
    void aDeadlineOfCenturiesIsATime() {
        DeviceFleet device = SMALL.orElseThrow();
        double day = device.flopsWithin(Duration.ofDays(1));
        assertEquals(2e5 * day, device.flopsWithin(Duration.ofDays(200_000)), 1e-9 * 2e5 * day);
        assertEquals(4e8, device.flopsWithin(Duration.ofMillis(1)), 1e-6);
    }

    @Test
    void atBothLimitsOnlyThatIsSaid() {
        Limits both = Limits.NONE.withMostTokens(1e11).withMostParameters(1e9);
        assertEquals(
                List.of(
                        "Size and data are both at their limits, 1.000e9 parameters and 1.000e11"
                                + " tokens: 99.4 % of the budget stays unspent."),
                plan(1e23, both).bounds());
        // The larger of the limits binds first, and the other one then.
        Limits small = Limits.NONE.withMostTokens(5e12).withMostParameters(1e9);
        assertEquals(
                List.of(
                        "Size and data are both at their limits, 1.000e9 parameters and 5.000e12"
                                + " tokens: 70.0 % of the budget stays unspent."),
                plan(1e23, small).bounds());
        // Of the budget, whatever the deadline leaves of it.
        List<String> hurried =
                plan(1e23, both.withDeadline(Duration.ofSeconds(2_000_000_000))).bounds();
        assertEquals(
                "The deadline allows 8.000e20 of the 1.000e23 FLOPs of the budget.",
                hurried.getFirst());
        assertTrue(hurried.getLast().endsWith("99.4 % of the budget stays unspent."));
        assertEquals(2, hurried.size());
    }

    @Test
    void theMemoryIsNamedWhereItIsTheLimit() {
        Limits memory = Limits.NONE.withTrainingMemory(80e9, 16);
        String byMemory =
                "The memory of the devices holds the training state of 5.000e9 parameters";
        assertEquals(
                List.of(byMemory + " at most: the model is trained longer than is optimal."),
                plan(1e23, memory).bounds());
        // Of two limits the smaller one is.
        assertTrue(
                plan(1e23, memory.withMostParameters(6e9))
                        .bounds()
                        .getFirst()
                        .startsWith(byMemory));
        assertEquals(
                List.of(
                        "The model may have 4.000e9 parameters at most: it is trained longer than is"
                                + " optimal."),
                plan(1e23, memory.withMostParameters(4e9)).bounds());
        String reached =
                new Goal.Loss(2.1)
                        .plan(LAW, SIX_N_D, Optional.empty(), memory.withMostTokens(1e13))
                        .bounds()
                        .getFirst();
        assertTrue(
                reached.startsWith(byMemory)
                        && reached.endsWith(" times the FLOPs that the loss needs."),
                reached);
    }

    @Test
    void whatCutsAPlanBelowAllRunsIsBlamed() {
        Limits soon = Limits.NONE.withDeadline(Duration.ofHours(1));
        Goal goal = new Goal.Budget(1e23);
        TrainingPlan late = goal.plan(LAW, SIX_N_D, SMALL, soon);
        assertEquals(
                "expected limits that allow a plan of at least 2.100e18 FLOPs, those of the"
                        + " smallest run, found one of 1.440e15: The deadline allows 1.440e15 of"
                        + " the 1.000e23 FLOPs of the budget",
                refusal(goal, late));
        TrainingPlan both =
                goal.plan(
                        LAW,
                        SIX_N_D,
                        SMALL,
                        Limits.NONE.withMostTokens(1e8).withMostParameters(1e8));
        assertTrue(
                refusal(goal, both)
                        .endsWith(
                                "found one of 6.000e16: Size and data are both at their limits,"
                                        + " 1.000e8 parameters and 1.000e8 tokens: 100.0 % of the"
                                        + " budget stays unspent"),
                refusal(goal, both));
        Goal little = new Goal.Budget(1e16);
        assertEquals(
                "expected a budget of at least 2.100e18 FLOPs, those of the smallest run, found"
                        + " 1.000e16",
                refusal(little, little.plan(LAW, SIX_N_D, SMALL, soon)));
        Goal enough = new Goal.Budget(2.1e18);
        enough.requireWithin(
                LAW,
                SIX_N_D,
                enough.plan(LAW, SIX_N_D, SMALL, Limits.NONE),
                2.1e18,
                "those of the smallest run");
    }

    private static String refusal(Goal goal, TrainingPlan plan) {
        return assertThrows(
                        PlanningException.class,
                        () ->
                                goal.requireWithin(
                                        LAW, SIX_N_D, plan, 2.1e18, "those of the smallest run"))
                .getMessage();
    }
}
