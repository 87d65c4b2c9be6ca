package dev.retort.planning.testtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

class TestTimeTest {
    @Test
    void passAtKIsExactToTheLastDigits() throws Exception {
        for (JsonNode golden : Golden.values("passAtK")) {
            double expected = golden.get("value").asDouble();
            assertEquals(
                    expected,
                    PassAtK.estimate(
                            golden.get("n").asLong(),
                            golden.get("c").asLong(),
                            golden.get("k").asLong()),
                    4e-16 * expected,
                    golden::toString);
        }
    }

    @Test
    void passAtKGrowsWithKAndWithC() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            int n = 2 + random.nextInt(300);
            int c = random.nextInt(n);
            int k = 1 + random.nextInt(n - 1);
            double here = PassAtK.estimate(n, c, k);
            assertTrue(here >= 0 && here <= 1);
            assertTrue(PassAtK.estimate(n, c, k + 1) >= here);
            assertTrue(PassAtK.estimate(n, c + 1, k) >= here);
            assertEquals((double) c / n, PassAtK.estimate(n, c, 1), 1e-14);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 | 1 | expected at least 1 sample, found 0",
                "5 | 6 | 1 | expected from 0 to 5 correct samples, found 6",
                "5 | -1 | 1 | expected from 0 to 5 correct samples, found -1",
                "5 | 2 | 0 | expected k from 1 to the 5 samples there are, found 0",
                "5 | 2 | 6 | expected k from 1 to the 5 samples there are, found 6"
            })
    void passAtKIsOfSamplesThatThereAre(long n, long c, long k, String message) {
        assertEquals(
                message,
                assertThrows(PlanningException.class, () -> PassAtK.estimate(n, c, k))
                        .getMessage());
    }

    /** Problems of chances that are the 2.5th power of a uniform variable. */
    static ResultTable table(long seed, int problems, int samples) {
        Random random = new Random(seed);
        List<Sample> all = new ArrayList<>();
        for (int p = 0; p < problems; p++) {
            double chance = Math.pow(random.nextDouble(), 2.5);
            for (int i = 0; i < samples; i++) {
                boolean right = random.nextDouble() < chance;
                all.add(
                        Sample.of("problem " + p, right)
                                .scored(random.nextGaussian() + (right ? 1 : 0))
                                .answering(right ? "right" : "wrong " + random.nextInt(4))
                                .taking(100));
            }
        }
        return ResultTable.of(all);
    }

    @Test
    void coverageBoundsEveryChoiceAndTheGapsAreWhatIsBetween() {
        ResultTable table = table(1, 60, 32);
        assertEquals(32, table.fewestSamples());
        assertEquals(100, table.tokensPerSample().orElseThrow());
        for (int k : new int[] {1, 2, 8, 32}) {
            Interval covered = table.passAtK(k);
            assertTrue(covered.low() < covered.estimate() && covered.estimate() < covered.high());
            assertEquals(covered, table.chosen(Selector.COVERAGE, k).share());
            for (Selector selector : List.of(Selector.BEST_OF, Selector.MAJORITY)) {
                Chosen chosen = table.chosen(selector, k);
                if (k == 1) {
                    // Of one sample nothing is chosen: no rounding may make a gap of it.
                    assertEquals(new Interval(0, 0, 0, 0.95), chosen.gap());
                } else {
                    assertTrue(chosen.gap().estimate() >= 1e-3);
                }
                assertEquals(
                        covered.estimate() - chosen.share().estimate(),
                        chosen.gap().estimate(),
                        1e-12);
                assertEquals(0, chosen.drawnError());
            }
        }
        for (Selector selector : Selector.values()) {
            assertEquals(
                    table.passAtK(1).estimate(),
                    table.chosen(selector, 1).share().estimate(),
                    1e-12);
        }
    }

    @Test
    void intervalsOverProblemsHoldTheTruthAsOftenAsTheySay() {
        int held = 0;
        int trials = 400;
        for (int i = 0; i < trials; i++) {
            // E[U^2.5] = 1/3.5
            held += table(100 + i, 50, 8).passAtK(1).contains(1 / 3.5) ? 1 : 0;
        }
        assertTrue(held >= 0.91 * trials && held <= 0.98 * trials, held + " of " + trials);
    }

    @Test
    void tablesWithoutWhatIsAskedForAreRefused() {
        ResultTable plain = ResultTable.of(List.of(Sample.of("a", true), Sample.of("a", false)));
        for (Selector selector : List.of(Selector.BEST_OF, Selector.MAJORITY)) {
            assertEquals(
                    plain.obstacle(selector).orElseThrow(),
                    assertThrows(PlanningException.class, () -> plain.chosen(selector, 1))
                            .getMessage());
        }
        assertThrows(PlanningException.class, () -> plain.passAtK(3));
        assertThrows(PlanningException.class, () -> ResultTable.of(List.of()));
        ResultTable torn =
                ResultTable.of(
                        List.of(
                                Sample.of("a", true).answering("x"),
                                Sample.of("a", false).answering("x")));
        assertTrue(
                assertThrows(PlanningException.class, () -> torn.chosen(Selector.MAJORITY, 1))
                        .getMessage()
                        .contains("found 'x' as both for problem a"));
        assertTrue(torn.hasAnswers());
    }

    @Test
    void theDifficultyOfProblemsIsFoundAgain() {
        Random random = new Random(7);
        List<Problem> problems = new ArrayList<>();
        for (int p = 0; p < 3000; p++) {
            // Beta(0.5, 1): the square of a uniform variable.
            double chance = Math.pow(random.nextDouble(), 2);
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                samples.add(Sample.of("p" + p, random.nextDouble() < chance));
            }
            problems.add(new Problem("p" + p, samples));
        }
        DifficultyPrior prior = DifficultyPrior.fit(problems);
        assertEquals(0.5, prior.a(), 0.06);
        assertEquals(1, prior.b(), 0.15);
        assertEquals(prior.mean(), prior.coverage(1), 1e-12);
        assertEquals(0, prior.coverage(0), 1e-15);
        // From 6 samples to 100: 1 − B(1/2, 101)/B(1/2, 1), 0.911708 by mpmath.
        assertEquals(0.911708, new DifficultyPrior(0.5, 1).coverage(100), 1e-6);
        assertEquals(0.911708, prior.coverage(100), 0.02);
        DifficultyPrior known = prior.given(problems.getFirst());
        assertEquals(prior.a() + problems.getFirst().correct(), known.a());
    }

    @Test
    void tokensAreThoseOfTheCommonProblems() {
        ResultTable table =
                ResultTable.of(
                        List.of(
                                Sample.of("a", true).taking(100),
                                Sample.of("b", true).taking(900)));
        ResultTable other = ResultTable.of(List.of(Sample.of("a", true)));
        assertEquals(500, table.tokensPerSample().orElseThrow());
        assertEquals(100, table.tokensPerSample(other).orElseThrow());
        assertTrue(other.tokensPerSample(table).isEmpty());
        ResultTable third = ResultTable.of(List.of(Sample.of("c", true)));
        assertTrue(table.tokensPerSample(third).isEmpty());
    }

    @Test
    void theFewestSamplesOfAComparisonAreThoseOfTheCommonProblems() {
        ResultTable table =
                ResultTable.ofProblems(
                        List.of(Problem.counted("a", 100, 25), Problem.counted("b", 3, 1)));
        ResultTable other = ResultTable.ofProblems(List.of(Problem.counted("a", 20, 5)));
        assertEquals(3, table.fewestSamples());
        assertEquals(100, table.fewestSamples(other));
        assertEquals(20, other.fewestSamples(table));
        ResultTable third = ResultTable.ofProblems(List.of(Problem.counted("c", 20, 5)));
        assertEquals(
                "expected problems that both tables have, found none",
                assertThrows(PlanningException.class, () -> table.fewestSamples(third))
                        .getMessage());
    }

    @Test
    void countsHaveCoverageAndNothingThatLooksAtSamples() {
        ResultTable counts =
                ResultTable.ofProblems(
                        List.of(Problem.counted("a", 100, 25), Problem.counted("b", 100, 75)));
        assertEquals(0.5, counts.passAtK(1).estimate(), 1e-15);
        assertThrows(PlanningException.class, () -> counts.chosen(Selector.BEST_OF, 1));
        assertThrows(PlanningException.class, () -> counts.chosen(Selector.MAJORITY, 1));
        assertEquals(
                "expected samples one by one to hold some out, found their counts",
                assertThrows(
                                PlanningException.class,
                                () -> SampleAllocation.heldOut(counts, 4, 100))
                        .getMessage());
        assertThrows(PlanningException.class, () -> Problem.counted("c", 3, 4));
        assertThrows(PlanningException.class, () -> ResultTable.ofProblems(List.of()));
    }

    @Test
    void modelsAreComparedAtEqualCostOverTheSameProblems() {
        ResultTable small = table(11, 80, 64);
        ResultTable large = table(12, 100, 8);
        Contender first = new Contender("small", small, Contender.flops(1e9, 100), "FLOPs");
        Contender second = new Contender("large", large, Contender.flops(8e9, 100), "FLOPs");
        EqualCost comparison = new EqualCost(first, second, Selector.COVERAGE);
        assertEquals(80, comparison.problems());
        EqualCost.Row row = comparison.at(3.2e12);
        assertEquals(16, row.firstSamples());
        assertEquals(2, row.secondSamples());
        assertEquals(
                row.first().orElseThrow().estimate() - row.second().orElseThrow().estimate(),
                row.difference().orElseThrow().estimate(),
                1e-12);
        EqualCost.Row tight = comparison.at(1e12);
        assertTrue(tight.second().isEmpty() && tight.difference().isEmpty());
        assertTrue(tight.first().isPresent());
        EqualCost.Row beyond = comparison.at(1e14);
        assertTrue(beyond.first().isEmpty());
        for (Selector selector : Selector.values()) {
            assertTrue(new EqualCost(first, second, selector).at(3.2e12).difference().isPresent());
        }
        Contender plain =
                new Contender(
                        "plain", ResultTable.of(List.of(Sample.of("problem 1", true))), 1, "FLOPs");
        for (Selector selector : List.of(Selector.BEST_OF, Selector.MAJORITY)) {
            assertThrows(PlanningException.class, () -> new EqualCost(first, plain, selector));
        }
        assertEquals(
                "expected costs of small and paid in one unit, found FLOPs and EUR",
                assertThrows(
                                PlanningException.class,
                                () ->
                                        new EqualCost(
                                                first,
                                                new Contender("paid", large, 0.1, "EUR"),
                                                Selector.COVERAGE))
                        .getMessage());
        assertThrows(PlanningException.class, () -> comparison.at(0));
        assertThrows(PlanningException.class, () -> new Contender("free", small, 0, "J"));
    }

    @Test
    void aLiveModelFillsTheTable() {
        Map<String, Integer> problems = new LinkedHashMap<>();
        problems.put("one", 1);
        problems.put("two", 2);
        LiveSampling<Integer> sampling =
                new LiveSampling<>(
                        (problem, seed) ->
                                new LiveSampling.Answer(
                                        Long.toString((problem + seed) % 3), 5 + seed),
                        (problem, answer) -> answer.text().equals("0"),
                        Optional.of((problem, answer) -> answer.text().equals("0") ? 1 : 0));
        ResultTable table = sampling.sample(problems, 3, 0);
        assertEquals(2, table.problems().size());
        assertEquals(1.0, table.chosen(Selector.BEST_OF, 3).share().estimate());
        assertEquals(1 / 3.0, table.passAtK(1).estimate(), 1e-15);
        assertArrayEquals(
                new double[] {5, 6, 7},
                table.problems().getFirst().samples().stream()
                        .mapToDouble(s -> s.tokens().orElseThrow())
                        .toArray());
        LiveSampling<Integer> broken =
                new LiveSampling<>(
                        (problem, seed) -> new LiveSampling.Answer("0", 1),
                        (problem, answer) -> true,
                        Optional.of((problem, answer) -> Double.NaN));
        assertThrows(PlanningException.class, () -> broken.sample(problems, 1, 0));
    }
}
