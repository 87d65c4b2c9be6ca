package dev.retort.planning.optimum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.ShapeRule;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.fit.RepeatedDataLaw;
import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

class OptimumTest {
    private static final FlopConvention SIX_N_D = new FlopConvention.SixND();
    private static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();
    private static final DeviceFleet EIGHT =
            new DeviceFleet(8, 1e15, 0.4, OptionalDouble.of(700), OptionalDouble.of(2));

    @Test
    void isThePublishedClosedForm() throws Exception {
        for (JsonNode golden : Golden.values("optimum")) {
            ParametricLaw law = PublishedLaw.valueOf(golden.get("law").asText()).law();
            Allocation optimum = ComputeOptimum.of(law, SIX_N_D, golden.get("flops").asDouble());
            near(golden, "parameters", optimum.parameters(), 1e-12);
            near(golden, "tokens", optimum.tokens(), 1e-12);
            near(golden, "loss", optimum.loss(), 1e-13);
        }
    }

    /**
     * Hoffmann et al. 2022, table A3 and the 70 billion parameters of Chinchilla: 20 tokens each.
     */
    @Test
    void theReplicationAgreesWithChinchilla() {
        Allocation optimum = ComputeOptimum.of(LAW, SIX_N_D, 5.76e23);
        assertEquals(70e9, optimum.parameters(), 0.05 * 70e9);
        assertEquals(20, optimum.tokensPerParameter(), 2);
        assertEquals(0.513, LAW.sizeExponent(), 5e-4);
        assertEquals(0.452, PublishedLaw.HOFFMANN_2022.law().sizeExponent(), 5e-4);
    }

    @Test
    void noOtherModelOfTheBudgetIsBetter() {
        List<FlopConvention> conventions =
                List.of(
                        SIX_N_D,
                        new FlopConvention.WithHead(50_000, ShapeRule.USUAL),
                        new FlopConvention.WithAttention(8192, true, ShapeRule.USUAL));
        for (FlopConvention convention : conventions) {
            for (double flops = 1e15; flops < 1e27; flops *= 100) {
                Allocation best = ComputeOptimum.of(LAW, convention, flops);
                assertEquals(flops, convention.of(best.parameters(), best.tokens()), 1e-9 * flops);
                for (double factor : new double[] {0.5, 0.99, 1.01, 2}) {
                    double other = best.parameters() * factor;
                    double loss = LAW.loss(other, flops / convention.perToken(other));
                    assertTrue(loss >= best.loss(), convention.label());
                }
            }
        }
    }

    @Test
    void theHeadMakesSmallModelsDearer() {
        FlopConvention head = new FlopConvention.WithHead(50_000, ShapeRule.USUAL);
        double small =
                ComputeOptimum.of(LAW, head, 1e17).parameters()
                        / ComputeOptimum.of(LAW, SIX_N_D, 1e17).parameters();
        double large =
                ComputeOptimum.of(LAW, head, 1e25).parameters()
                        / ComputeOptimum.of(LAW, SIX_N_D, 1e25).parameters();
        assertTrue(small > 1.1);
        assertEquals(1, large, 0.01);
        assertEquals(
                12 * Math.pow(ShapeRule.USUAL.width(1e9), 2) * ShapeRule.USUAL.layers(1e9), 1e9, 1);
    }

    @Test
    void overTrainingCostsComputeAndNothingAtTheOptimum() {
        Allocation best = ComputeOptimum.of(LAW, SIX_N_D, 1e22);
        OverTraining none = OverTraining.of(LAW, SIX_N_D, best.parameters(), best.tokens());
        assertEquals(1, none.computePenalty(), 1e-9);
        assertEquals(0, none.lossPenalty(), 1e-12);
        OverTraining smaller =
                OverTraining.of(LAW, SIX_N_D, best.parameters() / 4, best.tokens() * 4);
        assertEquals(4, smaller.overTraining(), 1e-9);
        assertTrue(smaller.computePenalty() > 1.1);
        assertTrue(smaller.lossPenalty() > 0.005);
        assertEquals(smaller.chosen().loss(), smaller.cheapest().loss(), 1e-12);
    }

    @Test
    void aLossThatIsNeverReachedIsRefused() {
        PlanningException refused =
                assertThrows(
                        PlanningException.class, () -> ComputeOptimum.reaching(LAW, SIX_N_D, 1.5));
        assertEquals(
                "expected a loss above E = 1.8172, which no training removes, found 1.5",
                refused.getMessage());
        assertThrows(
                PlanningException.class, () -> ComputeOptimum.reaching(LAW, SIX_N_D, 1.8172001));
        assertThrows(PlanningException.class, () -> ComputeOptimum.reaching(LAW, SIX_N_D, 1e4));
        assertThrows(PlanningException.class, () -> ComputeOptimum.of(LAW, SIX_N_D, -1));
    }

    @Test
    void limitsBindAndSaySo() {
        Allocation free = ComputeOptimum.of(LAW, SIX_N_D, 1e23);
        TrainingPlan unbounded =
                TrainingPlan.of(LAW, SIX_N_D, 1e23, Optional.of(EIGHT), Limits.NONE);
        assertEquals(List.of(), unbounded.bounds());
        assertEquals(free, unbounded.model());

        TrainingPlan late =
                TrainingPlan.of(
                        LAW,
                        SIX_N_D,
                        1e23,
                        Optional.of(EIGHT),
                        Limits.NONE.withDeadline(Duration.ofDays(10)));
        assertEquals(8 * 1e15 * 0.4 * 864_000, late.model().flops(), 1e9);
        assertEquals(864_000, late.resources().orElseThrow().seconds(), 1e-3);
        assertEquals(1, late.bounds().size());

        TrainingPlan small =
                TrainingPlan.of(
                        LAW,
                        SIX_N_D,
                        1e23,
                        Optional.empty(),
                        Limits.NONE.withTrainingMemory(16e9, 16));
        assertEquals(1e9, small.model().parameters());
        assertEquals(1e23, small.model().flops(), 1e14);
        assertTrue(small.bounds().getFirst().contains("trained longer than is optimal"));

        TrainingPlan scarce =
                TrainingPlan.of(
                        LAW, SIX_N_D, 1e23, Optional.empty(), Limits.NONE.withMostTokens(1e11));
        assertEquals(1e11, scarce.model().tokens());
        assertEquals(1e23, scarce.model().flops(), 1e14);

        TrainingPlan both =
                TrainingPlan.of(
                        LAW,
                        SIX_N_D,
                        1e23,
                        Optional.empty(),
                        Limits.NONE.withMostTokens(1e11).withMostParameters(1e9));
        assertEquals(6e20, both.model().flops(), 1e10);
        assertTrue(both.bounds().getLast().contains("99.4 % of the budget stays unspent"));
        assertThrows(
                PlanningException.class,
                () ->
                        TrainingPlan.of(
                                LAW,
                                SIX_N_D,
                                1e23,
                                Optional.empty(),
                                Limits.NONE.withDeadline(Duration.ofDays(1))));
    }

    @Test
    void aLossIsReachedWithinTheLimits() {
        TrainingPlan free =
                TrainingPlan.reaching(LAW, SIX_N_D, 2.1, Optional.of(EIGHT), Limits.NONE);
        assertEquals(ComputeOptimum.reaching(LAW, SIX_N_D, 2.1), free.model());
        assertEquals(List.of(), free.bounds());
        double size = free.model().parameters() / 2;
        TrainingPlan small =
                TrainingPlan.reaching(
                        LAW,
                        SIX_N_D,
                        2.1,
                        Optional.of(EIGHT),
                        Limits.NONE.withMostParameters(size));
        assertEquals(size, small.model().parameters(), 1e-9 * size);
        assertEquals(2.1, small.model().loss(), 1e-12);
        assertEquals(free.model(), small.unbounded());
        assertTrue(small.model().flops() > 1.05 * free.model().flops());
        assertEquals(EIGHT.resources(small.model().flops()), small.resources().orElseThrow());
        assertTrue(
                small.bounds().getFirst().contains("parameters at most: it is trained longer"),
                small.bounds().toString());
        double data = free.model().tokens() / 2;
        TrainingPlan scarce =
                TrainingPlan.reaching(
                        LAW, SIX_N_D, 2.1, Optional.empty(), Limits.NONE.withMostTokens(data));
        assertEquals(data, scarce.model().tokens(), 1e-9 * data);
        assertEquals(2.1, scarce.model().loss(), 1e-12);
        assertTrue(scarce.bounds().getFirst().startsWith("The data end at "));
        // Nothing on either side of the limit that keeps the loss is cheaper.
        for (double factor : new double[] {0.9, 0.99}) {
            double fewer = small.model().parameters() * factor;
            assertTrue(SIX_N_D.of(fewer, LAW.tokensFor(fewer, 2.1)) > small.model().flops());
        }
        assertEquals(
                "expected limits within which a model reaches the loss 2.1000, found that none"
                        + " does",
                assertThrows(
                                PlanningException.class,
                                () ->
                                        TrainingPlan.reaching(
                                                LAW,
                                                SIX_N_D,
                                                2.1,
                                                Optional.of(EIGHT),
                                                Limits.NONE.withDeadline(Duration.ofMinutes(1))))
                        .getMessage());
    }

    @Test
    void repeatedTokensAreWorthLessThanNewOnes() {
        RepeatedDataLaw law = RepeatedDataLaw.PUBLISHED;
        Allocation free = ComputeOptimum.of(law.base(), SIX_N_D, 1e22);
        Allocation enough = ComputeOptimum.of(law, SIX_N_D, 1e22, 1e15);
        assertEquals(free.parameters(), enough.parameters(), 1e-5 * free.parameters());
        assertEquals(free.loss(), enough.loss(), 1e-12);
        Allocation scarce = ComputeOptimum.of(law, SIX_N_D, 1e22, 1e10);
        assertEquals(1e22, SIX_N_D.of(scarce.parameters(), scarce.tokens()), 1e13);
        assertTrue(scarce.loss() > free.loss());
        for (double factor : new double[] {0.9, 1.1}) {
            double size = scarce.parameters() * factor;
            assertTrue(law.loss(size, 1e22 / 6 / size, 1e10) > scarce.loss());
        }
    }

    @Test
    void resourcesFollowFromPeakAndMfu() {
        Resources day = EIGHT.resources(8 * 4e14 * 86_400);
        assertEquals(192, day.deviceHours(), 1e-9);
        assertEquals(86_400, day.seconds(), 1e-6);
        assertEquals(384, day.money().orElseThrow(), 1e-9);
        assertEquals(700 * 8 * 86_400.0, day.joules().orElseThrow(), 1e-3);
        assertEquals(day.flops(), EIGHT.flopsWithin(Duration.ofDays(1)), 1e9);
        DeviceFleet unpriced =
                new DeviceFleet(1, 1e15, 1, OptionalDouble.empty(), OptionalDouble.empty());
        assertTrue(unpriced.resources(1e20).money().isEmpty());
        assertThrows(
                PlanningException.class,
                () -> new DeviceFleet(1, 1e15, 40, OptionalDouble.empty(), OptionalDouble.empty()));
    }

    @Test
    void devicesOfOtherSpeedsAreComparedByHours() {
        DeviceFleet training =
                new DeviceFleet(8, 1e15, 0.4, OptionalDouble.empty(), OptionalDouble.empty());
        DeviceFleet writing =
                new DeviceFleet(8, 1e15, 0.02, OptionalDouble.empty(), OptionalDouble.empty());
        TermPrices hours = TermPrices.deviceHours(training, training, writing);
        assertEquals(1 / (3600 * 4e14), hours.training(), 1e-30);
        assertEquals(20, hours.output() / hours.training(), 1e-12);
    }

    private static void near(JsonNode golden, String name, double value, double relative) {
        double expected = golden.get(name).asDouble();
        assertEquals(expected, value, relative * Math.abs(expected), () -> name + " of " + golden);
    }
}
