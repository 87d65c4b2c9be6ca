package dev.retort.planning.optimum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.fit.StartGrid;
import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** How plans depend on a fit's uncertainty and on whose constants are used. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SensitivityTest {
    private static final FlopConvention SIX_N_D = new FlopConvention.SixND();

    private ParametricFit fit;

    @BeforeAll
    void fit() throws Exception {
        fit =
                ParametricFit.of(
                        Golden.points(),
                        FitOptions.DEFAULT.withStarts(StartGrid.COARSE).withBootstrap(200, 1));
    }

    private PlanFromFit plan(Goal goal, Limits limits) {
        return PlanFromFit.of(fit, goal, Optional.empty(), limits);
    }

    private static void holds(Interval interval, double value) {
        assertEquals(value, interval.estimate(), 1e-9 * Math.abs(value));
        assertTrue(interval.low() < value && value < interval.high(), interval.toString());
    }

    @Test
    void aBudgetHasIntervals() {
        PlanFromFit plan = plan(new Goal.Budget(5.76e23), Limits.NONE);
        Allocation model = plan.plan().model();
        Allocation optimum = ComputeOptimum.of(fit.law(), SIX_N_D, 5.76e23);
        assertEquals(optimum.parameters(), model.parameters());
        assertEquals(optimum.loss(), model.loss());
        holds(plan.parameters(), model.parameters());
        holds(plan.tokens(), model.tokens());
        holds(plan.loss(), model.loss());
        holds(plan.exponent(), fit.law().sizeExponent());
        assertEquals(5.76e23, plan.flops().low(), 1e14);
        assertEquals(5.76e23, plan.flops().high(), 1e14);
        assertEquals(0, plan.without());
        assertTrue(plan.reach() > 100);
        PlanningException refused =
                assertThrows(
                        PlanningException.class, () -> plan(new Goal.Budget(1e15), Limits.NONE));
        assertTrue(
                refused.getMessage().startsWith("expected a budget of at least 1."),
                refused.getMessage());
        PlanningException easy =
                assertThrows(PlanningException.class, () -> plan(new Goal.Loss(6), Limits.NONE));
        assertTrue(
                easy.getMessage()
                        .matches(
                                "expected a loss of at most [23]\\.\\d{4} nats, which takes 1\\.\\d+e18"
                                        + " FLOPs, those of the smallest run, found 6\\.0000"),
                easy.getMessage());
    }

    @Test
    void aPlanAtItsLimitsHasTheIntervalsOfThePlan() {
        PlanFromFit free = plan(new Goal.Budget(1e22), Limits.NONE);
        double most = free.plan().model().parameters() / 3;
        PlanFromFit small = plan(new Goal.Budget(1e22), Limits.NONE.withMostParameters(most));
        assertEquals(most, small.parameters().low(), 1e-6 * most);
        assertEquals(most, small.parameters().high(), 1e-6 * most);
        assertEquals(1e22 / 6 / most, small.tokens().high(), 1e-6 * 1e22 / 6 / most);
        // A limit near the optimum binds by some of the laws.
        double near = free.parameters().estimate();
        PlanFromFit some = plan(new Goal.Budget(1e22), Limits.NONE.withMostParameters(near));
        assertEquals(near, some.parameters().high(), 1e-6 * near);
        assertTrue(some.parameters().low() < 0.99 * near);
    }

    @Test
    void aLossTakesFlopsWithAnInterval() {
        double loss = ComputeOptimum.of(fit.law(), SIX_N_D, 1e22).loss();
        PlanFromFit plan = plan(new Goal.Loss(loss), Limits.NONE);
        holds(plan.flops(), plan.plan().model().flops());
        assertEquals(1e22, plan.flops().estimate(), 1e14);
        holds(plan.loss(), loss);
        // Within a limit the same loss takes more.
        Allocation free = plan.plan().model();
        Limits limits = Limits.NONE.withMostParameters(free.parameters() / 2);
        PlanFromFit limited = plan(new Goal.Loss(loss), limits);
        assertEquals(loss, limited.plan().model().loss(), 1e-9);
        assertTrue(limited.flops().estimate() > 1.05 * free.flops());
        assertTrue(limited.flops().high() > plan.flops().high());
        assertTrue(limited.parameters().high() <= free.parameters() / 2 * (1 + 1e-9));
        // So near to E that some of the laws never come there.
        double least = fit.law().e() + 1e-3;
        PlanFromFit far = plan(new Goal.Loss(least), Limits.NONE);
        assertTrue(far.without() > 0.05 && far.without() < 0.95, "without " + far.without());
        assertEquals(Double.POSITIVE_INFINITY, far.flops().high());
        assertTrue(Double.isFinite(far.parameters().high()));
    }

    @Test
    void publishedLawsAreAskedTheSame() {
        List<PlanFromFit.Answer> free =
                PlanFromFit.published(new Goal.Budget(1e22), Optional.empty(), Limits.NONE);
        assertEquals(3, free.size());
        assertFalse(free.getFirst().source().isEmpty());
        Limits limits = Limits.NONE.withMostTokens(1e10);
        for (PlanFromFit.Answer answer :
                PlanFromFit.published(new Goal.Budget(1e22), Optional.empty(), limits)) {
            assertEquals(1e10, answer.optimum().tokens(), 1);
        }
        // 1.75 nats are below the E of two of the three.
        List<PlanFromFit.Answer> near =
                PlanFromFit.published(new Goal.Loss(1.75), Optional.empty(), Limits.NONE);
        assertEquals(
                List.of(PublishedLaw.HOFFMANN_2022.label()),
                near.stream().map(PlanFromFit.Answer::source).toList());
        assertEquals(1.75, near.getFirst().optimum().loss(), 1e-9);
    }

    @Test
    void overTrainingHasIntervalsAndOtherAnswers() {
        Allocation best = ComputeOptimum.of(fit.law(), SIX_N_D, 1e22);
        OverTrainingSensitivity model =
                OverTrainingSensitivity.of(
                        fit.law(),
                        SIX_N_D,
                        Optional.of(fit),
                        best.parameters() / 4,
                        best.tokens() * 4);
        OverTrainingSensitivity.Ranges ranges = model.ranges().orElseThrow();
        holds(ranges.overTraining(), 4);
        holds(ranges.lossPenalty(), model.penalty().lossPenalty());
        holds(ranges.computePenalty(), model.penalty().computePenalty());
        assertEquals(3, model.others().size());
        OverTrainingSensitivity.Answer first = model.others().getFirst();
        assertEquals(
                OverTraining.of(
                        PublishedLaw.HOFFMANN_2022.law(),
                        SIX_N_D,
                        best.parameters() / 4,
                        best.tokens() * 4),
                first.penalty());
        assertTrue(
                OverTrainingSensitivity.of(fit.law(), SIX_N_D, Optional.empty(), 1e9, 1e11)
                        .ranges()
                        .isEmpty());
    }

    @Test
    void aLifetimeHasIntervalsAndOtherAnswers() {
        LifetimeSensitivity lifetime =
                LifetimeSensitivity.of(
                        Optional.of(fit),
                        ComputeOptimum.of(fit.law(), SIX_N_D, 1e22),
                        new Demand(1e12, 0),
                        TermPrices.FLOPS,
                        Limits.NONE,
                        Optional.empty());
        double here =
                LifetimeOptimum.reaching(
                                fit.law(),
                                SIX_N_D,
                                ComputeOptimum.of(fit.law(), SIX_N_D, 1e22).loss(),
                                new Demand(1e12, 0),
                                TermPrices.FLOPS)
                        .model()
                        .parameters();
        assertEquals(here, lifetime.parameters().orElseThrow().estimate(), 1e-4 * here);
        assertTrue(lifetime.tokens().isPresent());
        assertEquals(0, lifetime.without());
        assertEquals(3, lifetime.others().size());
    }

    /** Few noisy runs: some of the laws that they allow never reach what others foretell. */
    @Test
    void aLawWithoutALifetimeIsLeftOutAndCounted() {
        int some = 0;
        for (int seed = 0; seed < 12; seed++) {
            Optional<ParametricFit> few = fewRuns(seed);
            if (few.isEmpty()) {
                continue;
            }
            Limits limits = Limits.NONE.withMostTokens(3e9);
            Allocation plan =
                    new Goal.Budget(1e21)
                            .plan(few.get().law(), SIX_N_D, Optional.empty(), limits)
                            .model();
            LifetimeSensitivity lifetime =
                    LifetimeSensitivity.of(
                            few,
                            plan,
                            new Demand(0, 1e12),
                            TermPrices.FLOPS,
                            limits,
                            Optional.empty());
            some += lifetime.without() > 0 ? 1 : 0;
            assertTrue(lifetime.without() < 1);
            Interval parameters = lifetime.parameters().orElseThrow();
            assertTrue(Double.isFinite(parameters.low()), parameters.toString());
            assertTrue(Double.isFinite(parameters.high()), parameters.toString());
        }
        assertTrue(some > 0);
    }

    /** Three sizes by three amounts of data with 5 % of noise; none where they give no law. */
    private static Optional<ParametricFit> fewRuns(int seed) {
        Random random = new Random(seed);
        List<LossPoint> points = new ArrayList<>();
        for (double size : new double[] {3e7, 1e8, 4e8}) {
            for (double tokens : new double[] {5e8, 2e9, 1e10}) {
                double loss = PublishedLaw.BESIROGLU_2024.law().loss(size, tokens);
                points.add(
                        LossPoint.of(size, tokens, loss * Math.exp(0.05 * random.nextGaussian())));
            }
        }
        try {
            return Optional.of(
                    ParametricFit.of(
                            points,
                            FitOptions.DEFAULT.withStarts(StartGrid.COARSE).withBootstrap(200, 1)));
        } catch (PlanningException _) {
            return Optional.empty();
        }
    }
}
