package dev.retort.planning.optimum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

class LifetimeOptimumTest {
    private static final FlopConvention SIX_N_D = new FlopConvention.SixND();
    private static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();
    private static final DeviceFleet EIGHT =
            new DeviceFleet(8, 1e15, 0.4, OptionalDouble.of(700), OptionalDouble.of(2));

    @Test
    void lifetimesAreAsComputedWithFiftyDigits() throws Exception {
        for (JsonNode golden : Golden.values("inferenceAware")) {
            ParametricLaw law = PublishedLaw.valueOf(golden.get("law").asText()).law();
            double used = golden.get("inferenceTokens").asDouble();
            LifetimeOptimum optimum =
                    LifetimeOptimum.reaching(
                            law,
                            SIX_N_D,
                            golden.get("target").asDouble(),
                            new Demand(used / 4, 3 * used / 4),
                            TermPrices.FLOPS);
            near(golden, "flops", optimum.total(), 1e-12);
            near(golden, "parameters", optimum.model().parameters(), 1e-6);
            near(golden, "tokens", optimum.model().tokens(), 1e-6);
            assertEquals(golden.get("target").asDouble(), optimum.model().loss(), 1e-12);
        }
    }

    @Test
    void withoutUseTheLifetimeOptimumIsTheTrainingOptimum() {
        LifetimeOptimum optimum =
                LifetimeOptimum.reaching(LAW, SIX_N_D, 2.1, new Demand(0, 0), TermPrices.FLOPS);
        assertEquals(
                optimum.trainedOnly().parameters(),
                optimum.model().parameters(),
                1e-6 * optimum.model().parameters());
        assertEquals(0, optimum.saving(), 1e-12);
    }

    @Test
    void moreUseMakesTheModelSmallerAndLongerTrained() {
        double last = Double.POSITIVE_INFINITY;
        for (double used = 1e9; used < 1e15; used *= 10) {
            LifetimeOptimum optimum =
                    LifetimeOptimum.reaching(
                            LAW, SIX_N_D, 2.1, new Demand(used, used), TermPrices.FLOPS);
            assertTrue(optimum.model().parameters() < last);
            assertTrue(optimum.saving() >= -1e-12);
            last = optimum.model().parameters();
        }
    }

    @Test
    void dearWritingPullsTheSameWayInMoney() {
        DeviceFleet slow =
                new DeviceFleet(1, 1e15, 0.01, OptionalDouble.of(400), OptionalDouble.of(2));
        Demand demand = new Demand(1e12, 1e12);
        LifetimeOptimum flops =
                LifetimeOptimum.reaching(LAW, SIX_N_D, 2.1, demand, TermPrices.FLOPS);
        LifetimeOptimum money =
                LifetimeOptimum.reaching(
                        LAW, SIX_N_D, 2.1, demand, TermPrices.money("EUR", EIGHT, EIGHT, slow));
        assertTrue(money.model().parameters() < flops.model().parameters());
        assertEquals("EUR", money.unit());
        assertEquals(
                2 / 3600.0 / 1e13 * 2 * money.model().parameters() * 1e12,
                money.output(),
                1e-9 * money.output());
        LifetimeOptimum joules =
                LifetimeOptimum.reaching(
                        LAW, SIX_N_D, 2.1, demand, TermPrices.energy(EIGHT, EIGHT, slow));
        assertEquals("J", joules.unit());
        assertTrue(joules.total() > 0);
        assertThrows(
                PlanningException.class,
                () ->
                        TermPrices.money(
                                "EUR",
                                EIGHT,
                                EIGHT,
                                new DeviceFleet(
                                        1,
                                        1e15,
                                        0.1,
                                        OptionalDouble.empty(),
                                        OptionalDouble.empty())));
    }

    @Test
    void aLifetimeKeepsWithinTheLimitsOfTheTraining() {
        Demand demand = new Demand(1e13, 1e12);
        LifetimeOptimum free =
                LifetimeOptimum.reaching(LAW, SIX_N_D, 2.1, demand, TermPrices.FLOPS);
        Allocation trained = free.trainedOnly();
        double tokens = (free.model().tokens() + trained.tokens()) / 2;
        LifetimeOptimum fed = within(Limits.NONE.withMostTokens(tokens), Optional.empty());
        assertEquals(tokens, fed.model().tokens(), 1e-5 * tokens);
        assertEquals(2.1, fed.model().loss(), 1e-9);
        assertTrue(fed.total() > free.total());
        double size = 0.8 * free.model().parameters();
        LifetimeOptimum small = within(Limits.NONE.withMostParameters(size), Optional.empty());
        assertEquals(size, small.model().parameters(), 1e-5 * size);
        DeviceFleet fleet =
                new DeviceFleet(1, 1e15, 1, OptionalDouble.empty(), OptionalDouble.empty());
        double most = (free.model().flops() + trained.flops()) / 2;
        Limits soon = Limits.NONE.withDeadline(Duration.ofSeconds((long) (most / 1e15)));
        LifetimeOptimum hurried = within(soon, Optional.of(fleet));
        assertEquals(most, hurried.model().flops(), 1e-4 * most);
        assertTrue(hurried.model().parameters() < trained.parameters());
        PlanningException refused =
                assertThrows(
                        PlanningException.class,
                        () ->
                                within(
                                        Limits.NONE
                                                .withMostTokens(trained.tokens() / 10)
                                                .withMostParameters(trained.parameters()),
                                        Optional.empty()));
        assertEquals(
                "expected limits within which a model reaches the loss 2.1000, found that none does",
                refused.getMessage());
        // A plan at its limits is its own lifetime optimum, whatever the law.
        TrainingPlan plan =
                TrainingPlan.of(
                        LAW,
                        SIX_N_D,
                        1e23,
                        Optional.empty(),
                        Limits.NONE.withMostTokens(1e10).withMostParameters(1e9));
        Limits both = Limits.NONE.withMostTokens(1e10).withMostParameters(1e9);
        for (PlanFromFit.Answer answer :
                LifetimeSensitivity.of(
                                Optional.empty(),
                                plan.model(),
                                demand,
                                TermPrices.FLOPS,
                                both,
                                Optional.empty())
                        .others()) {
            assertEquals(1e9, answer.optimum().parameters(), 1e4);
        }
    }

    private static LifetimeOptimum within(Limits limits, Optional<DeviceFleet> devices) {
        return LifetimeOptimum.reaching(
                LAW, SIX_N_D, 2.1, new Demand(1e13, 1e12), TermPrices.FLOPS, limits, devices);
    }

    private static void near(JsonNode golden, String name, double value, double relative) {
        double expected = golden.get(name).asDouble();
        assertEquals(expected, value, relative * Math.abs(expected), () -> name + " of " + golden);
    }
}
