package dev.retort.planning.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.inference.Crossover.Measured;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

class CrossoverTest {
    private static final MeasuredRates RATES =
            new MeasuredRates(50e9, bandwidth(80e9, 10e9), bandwidth(80e9, 20e9), 1e9, 1e-6);

    private static Bandwidth bandwidth(double cached, double far) {
        return new Bandwidth(
                List.of(new Bandwidth.Rate(2e6, cached), new Bandwidth.Rate(8e6, far)));
    }

    @Test
    void findsTheFirstLengthThatTheSteepOneIsSlowerAt() {
        // x² > 1000 x from 1001 on.
        assertEquals(
                OptionalDouble.of(1001), Crossover.of(x -> x * x, x -> 1000.0 * x, 1, 1 << 20));
        assertEquals(OptionalDouble.empty(), Crossover.of(x -> x * x, x -> 1000.0 * x, 1, 1000));
        assertEquals(
                OptionalDouble.empty(), Crossover.of(x -> x * x, x -> 1000.0 * x, 2000, 1 << 20));
    }

    /** Times of x² against 3000 x, each with noise and the odd one twice as long. */
    private static List<Measured> noisy(long seed, double noise) {
        Random random = new Random(seed);
        List<Measured> measured = new ArrayList<>();
        for (long length = 512; length <= 16384; length *= 2) {
            List<Double> steep = new ArrayList<>();
            List<Double> flat = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                double late = i == 4 ? 2 : 1;
                steep.add(late * length * length * Math.exp(noise * random.nextGaussian()));
                flat.add(3000.0 * length * Math.exp(noise * random.nextGaussian()));
            }
            measured.add(new Measured(length, steep, flat));
        }
        return measured;
    }

    /**
     * Of 95 % intervals: a median of nine takes few values, so that resampled ones lie far apart
     * and the intervals hold the truth in about 98 of 100 cases rather than in 95.
     */
    @Test
    void interpolatesMeasuredTimesWithAnInterval() {
        int covered = 0;
        for (int seed = 1; seed <= 40; seed++) {
            Interval found = Crossover.of(noisy(seed, 0.05), 0.95).orElseThrow();
            assertEquals(3000, found.estimate(), 300);
            covered += found.contains(3000) ? 1 : 0;
        }
        assertTrue(covered >= 38, covered + " of 40");
    }

    @Test
    void timesThatNeverPassHaveNoCrossover() {
        List<Measured> times =
                List.of(
                        new Measured(100, Collections.nCopies(5, 1.0), Collections.nCopies(5, 2.0)),
                        new Measured(
                                200, Collections.nCopies(5, 3.0), Collections.nCopies(5, 4.0)));
        assertTrue(Crossover.of(times, 0.95).isEmpty());
        PlanningException few =
                assertThrows(
                        PlanningException.class,
                        () ->
                                Crossover.of(
                                        List.of(new Measured(100, List.of(1.0), List.of(2.0))),
                                        0.95));
        assertEquals(
                "expected at least 5 repetitions of each length, found 1 of 100", few.getMessage());
        PlanningException error =
                assertThrows(
                        PlanningException.class,
                        () -> new Measured(100, List.of(1.0), Collections.emptyList()));
        assertEquals(
                "expected as many repetitions of both, at least 1, found 1 and 0",
                error.getMessage());
    }

    /** Two of five repetitions are slow, so that a third of the resamples' medians are. */
    @Test
    void resamplesThatDoNotPassLeaveTheIntervalOpen() {
        List<Double> flat = Collections.nCopies(5, 1.0);
        List<Double> mostlySlower = List.of(0.8, 0.8, 1.2, 1.2, 1.2);
        List<Double> mostlyFaster = List.of(0.8, 0.8, 0.8, 1.2, 1.2);
        Interval noUpper =
                Crossover.of(
                                List.of(
                                        new Measured(100, Collections.nCopies(5, 0.5), flat),
                                        new Measured(200, mostlySlower, flat)),
                                0.95)
                        .orElseThrow();
        assertEquals(Double.POSITIVE_INFINITY, noUpper.high());
        assertTrue(noUpper.low() > 100 && noUpper.low() <= noUpper.estimate());
        Interval noLower =
                Crossover.of(
                                List.of(
                                        new Measured(100, mostlyFaster, flat),
                                        new Measured(200, Collections.nCopies(5, 2.0), flat)),
                                0.95)
                        .orElseThrow();
        assertEquals(0, noLower.low());
        assertTrue(noLower.high() < 200 && noLower.high() >= noLower.estimate());
    }

    @Test
    void attentionGrowsWithTheSquareAndTheStateSpaceWithTheLength() {
        AttentionCost attention = new AttentionCost(256, 4, 30);
        StateSpaceCost stateSpace = new StateSpaceCost(256, 16, 64, 65, 250);
        double square =
                attention.prefillSeconds(1 << 18, RATES) / attention.prefillSeconds(1 << 17, RATES);
        assertEquals(4, square, 0.1);
        double linear =
                stateSpace.prefillSeconds(1 << 20, RATES)
                        / stateSpace.prefillSeconds(1 << 18, RATES);
        assertEquals(4, linear, 0.05);
        assertEquals(stateSpace.decodeSeconds(10, RATES), stateSpace.decodeSeconds(1 << 20, RATES));
        assertTrue(
                attention.decodeSeconds(1 << 20, RATES) > 100 * attention.decodeSeconds(10, RATES));
    }

    @Test
    void attentionIsTheSumOfItsOperations() {
        // Far from memory's roofs and free calls: products and exponentials alone.
        MeasuredRates compute =
                new MeasuredRates(1e9, bandwidth(1e18, 1e18), bandwidth(1e18, 1e18), 1e6, 0);
        double length = 1000;
        double products = 8 * length * 64 * 64 + 2 * length * length * 64;
        double exponentials = 2 * length * length / 2;
        assertEquals(
                products / 1e9 + exponentials / 1e6,
                new AttentionCost(64, 2, 30).prefillSeconds(1000, compute),
                1e-9);
    }

    /**
     * At one byte and one exponential a second, and no products: what a layer of width 1 touches.
     */
    @Test
    void aStateSpaceIsTheSumOfItsOperations() {
        MeasuredRates rates = new MeasuredRates(1e30, bandwidth(1, 1), bandwidth(1e30, 1e30), 1, 0);
        StateSpaceCost cost = new StateSpaceCost(1, 3, 16, 100, 300);
        // Two channels of three numbers of four bytes; A from its logarithm.
        double state = 24;
        double decay = 6 + 2 * state;
        double step = decay + 6 + 5 * 3 * state + state;
        double small = (100 - 4 - 9) * 2 * 8;
        assertEquals(step + small, cost.decodeSeconds(7, rates), 1e-9);
        assertEquals(step + small, cost.prefillSeconds(1, rates), 1e-9);
        // Four positions, one chunk: one walk.
        double channels = 4 * 8 * (13 * 3 + 9 * 2) + 4 * 4 * 2;
        double walk = 4 * state * (2 * 3 + 3 * 3 + 1) + 4 * 6;
        assertEquals(channels + decay + walk, cost.prefillSeconds(4, rates), 1e-9);
        // Sixteen positions, four chunks of four.
        double part =
                4 * channels
                        + decay
                        + 4 * walk
                        + 3 * 2 * 3 * 4 * state // a walk of one position less
                        + 16 * 8 // the sum of a Δ
                        + 4 * (3 * state + 6) // A times it, and its exponential
                        + 2 * 3 * 3 * state // from each to the next
                        + 2 * 4 * state; // together
        assertEquals(part, cost.prefillSeconds(16, rates), 1e-9);
        double together = 2 * 4 * 36;
        assertEquals(
                2 * part + cost.prefillSeconds(4, rates) + together,
                cost.prefillSeconds(36, rates),
                1e-9);
    }

    /** One second a call, and nothing else. */
    @Test
    void callsAreThoseOfAPartAndOfAStep() {
        Bandwidth fast = bandwidth(1e30, 1e30);
        MeasuredRates calls = new MeasuredRates(1e30, fast, fast, 1e30, 1);
        StateSpaceCost cost = new StateSpaceCost(1, 3, 16, 100, 300);
        assertEquals(100, cost.decodeSeconds(7, calls), 1e-9);
        assertEquals(300, cost.prefillSeconds(16, calls), 1e-9);
        // Two parts and a rest of one position, put together.
        assertEquals(300 + 300 + 100 + 1, cost.prefillSeconds(33, calls), 1e-9);
    }

    @Test
    void aLayerOfNothingIsRefused() {
        PlanningException error =
                assertThrows(
                        PlanningException.class, () -> new StateSpaceCost(128, 16, 0, 65, 250));
        assertEquals(
                "expected width, state and positions at once of at least 1, found 128, 16, 0",
                error.getMessage());
    }

    @Test
    void aChunkIsAboutTheRootOfWhatIsReadAtOnce() {
        assertEquals(1, StateSpaceCost.chunk(1));
        assertEquals(32, StateSpaceCost.chunk(1024));
        assertEquals(128, StateSpaceCost.chunk(16384));
        assertEquals(64, StateSpaceCost.chunk(5000));
    }
}
