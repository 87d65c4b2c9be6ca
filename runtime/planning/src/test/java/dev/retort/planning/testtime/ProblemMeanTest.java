package dev.retort.planning.testtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class ProblemMeanTest {
    /** 0.025^(1/3), by mpmath. */
    private static final double THREE = 0.2924017738212866;

    private static double[] three(double value) {
        double[] values = new double[3];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void equalValuesHaveTheWidthThatTheOthersMayHave() {
        interval(ProblemMean.ofShares(three(1), 0.95, 1), 1, THREE, 1);
        interval(ProblemMean.ofShares(three(0), 0.95, 1), 0, 0, 1 - THREE);
        interval(ProblemMean.ofShares(three(0.5), 0.95, 1), 0.5, THREE / 2, 1 - THREE / 2);
        interval(ProblemMean.ofDifferences(three(1), 0.95, 1), 1, 2 * THREE - 1, 1);
        interval(ProblemMean.ofDifferences(three(0), 0.95, 1), 0, THREE - 1, 1 - THREE);
        // Values that were summed up are whole but for rounding.
        interval(ProblemMean.ofDifferences(three(-1 + 1e-15), 0.95, 1), -1, -1, 1 - 2 * THREE);
    }

    private static void interval(Interval found, double estimate, double low, double high) {
        assertEquals(estimate, found.estimate());
        assertEquals(low, found.low(), 1e-15);
        assertEquals(high, found.high(), 1e-15);
    }

    /**
     * Differences of 1 with any chance, else of -1: the chance of a sample whose values are all
     * equal and whose interval misses the mean, counted. It is the largest part of the error that
     * any interval of such differences makes there.
     */
    @Test
    void theExactIntervalMissesAsSeldomAsItSays() {
        for (int n = 2; n <= 12; n++) {
            double[] all = new double[n];
            Arrays.fill(all, 1);
            double low = ProblemMean.ofDifferences(all, 0.95, 1).low();
            for (double chance = 0; chance <= 1; chance += 0.001) {
                double mean = 2 * chance - 1;
                double missed =
                        (mean < low ? Math.pow(chance, n) : 0)
                                + (mean > -low ? Math.pow(1 - chance, n) : 0);
                assertTrue(missed <= 0.05, n + " problems, chance " + chance);
            }
        }
    }

    /** Problems of which a model solves all, with every sample, or none. */
    private static ResultTable solving(boolean isRight) {
        List<Sample> samples = new ArrayList<>();
        for (String problem : List.of("a", "b", "c")) {
            for (int i = 0; i < 4; i++) {
                samples.add(Sample.of(problem, isRight).scored(i).answering("x"));
            }
        }
        return ResultTable.of(samples);
    }

    @Test
    void modelsThatNeverDifferInHowTheyDifferAreNotCertain() {
        Contender good = new Contender("good", solving(true), 1, "FLOPs");
        Contender bad = new Contender("bad", solving(false), 1, "FLOPs");
        Contender other = new Contender("other", solving(true), 1, "FLOPs");
        for (Selector selector : Selector.values()) {
            EqualCost.Row row = new EqualCost(good, bad, selector).at(2);
            interval(row.difference().orElseThrow(), 1, 2 * THREE - 1, 1);
            EqualCost.Row equal = new EqualCost(good, other, selector).at(2);
            interval(equal.difference().orElseThrow(), 0, THREE - 1, 1 - THREE);
        }
    }

    @Test
    void aGapThatNoProblemShowsMayBeThere() {
        ResultTable table = solving(true);
        for (Selector selector : List.of(Selector.BEST_OF, Selector.MAJORITY)) {
            interval(table.chosen(selector, 2).gap(), 0, 0, 1 - THREE);
            // Of one sample nothing is chosen.
            interval(table.chosen(selector, 1).gap(), 0, 0, 0);
        }
        interval(table.chosen(Selector.COVERAGE, 4).gap(), 0, 0, 0);
    }

    @Test
    void aSampleIsOne() {
        Sample sample = Sample.of("a", true);
        assertEquals(
                "expected a score of the verifier for problem a, found NaN",
                assertThrows(PlanningException.class, () -> sample.scored(Double.NaN))
                        .getMessage());
        assertEquals(
                "expected a positive, finite number of tokens, found -1.0",
                assertThrows(PlanningException.class, () -> sample.taking(-1)).getMessage());
        assertEquals(
                "expected a positive, finite number of parameters, found -1.0",
                assertThrows(PlanningException.class, () -> Contender.flops(-1, 1)).getMessage());
        assertEquals(
                "expected a positive, finite number of tokens, found 0.0",
                assertThrows(PlanningException.class, () -> Contender.flops(1, 0)).getMessage());
    }
}
