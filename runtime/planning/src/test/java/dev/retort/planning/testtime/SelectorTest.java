package dev.retort.planning.testtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

class SelectorTest {
    /** Every subset, counted. */
    @Test
    void bestOfAndMajorityAreWhatAllSubsetsSay() {
        Random random = new Random(3);
        for (int trial = 0; trial < 40; trial++) {
            int n = 6;
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                int answer = random.nextInt(3);
                samples.add(
                        Sample.of("p", answer == 1)
                                .scored(random.nextInt(3))
                                .answering("answer " + answer));
            }
            Problem problem = new Problem("p", samples);
            for (int k = 1; k <= n; k++) {
                double best = 0;
                double vote = 0;
                int count = 0;
                for (int set = 0; set < 1 << n; set++) {
                    if (Integer.bitCount(set) == k) {
                        int chosen = set;
                        List<Sample> drawn =
                                IntStream.range(0, n)
                                        .filter(i -> (chosen >> i & 1) == 1)
                                        .mapToObj(samples::get)
                                        .toList();
                        best += bestOf(drawn);
                        vote += vote(drawn);
                        count++;
                    }
                }
                assertEquals(best / count, problem.ranking().bestOf(k), 1e-14);
                assertEquals(vote / count, Vote.majority(problem, k, 1).value(), 1e-14);
            }
        }
    }

    private static double bestOf(List<Sample> drawn) {
        double most = drawn.stream().mapToDouble(s -> s.score().orElseThrow()).max().orElseThrow();
        return drawn.stream()
                .filter(s -> s.score().orElseThrow() == most)
                .mapToDouble(s -> s.correct() ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static double vote(List<Sample> drawn) {
        Map<String, Long> votes = new LinkedHashMap<>();
        drawn.forEach(s -> votes.merge(s.answer().orElseThrow(), 1L, Long::sum));
        long most = votes.values().stream().mapToLong(v -> v).max().orElseThrow();
        return votes.entrySet().stream()
                .filter(e -> e.getValue() == most)
                .mapToDouble(e -> "answer 1".equals(e.getKey()) ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static int[] times(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
    }

    /** A problem whose answers were given so often, the right ones first. */
    private static Problem answered(int[] right, int[] wrong) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < right.length + wrong.length; i++) {
            boolean correct = i < right.length;
            Sample sample = Sample.of("p", correct).answering("answer " + i);
            int times = correct ? right[i] : wrong[i - right.length];
            for (int j = 0; j < times; j++) {
                samples.add(sample);
            }
        }
        return new Problem("p", samples);
    }

    /** Exact fractions over all subsets, also of a million samples. */
    @Test
    void votesAreExactToTheLastDigits() throws Exception {
        for (JsonNode golden : Golden.ofTestTime("votes")) {
            Share share =
                    Vote.majority(
                            answered(times(golden.get("right")), times(golden.get("wrong"))),
                            golden.get("k").asInt(),
                            1);
            assertEquals(golden.get("value").asDouble(), share.value(), 1e-13, golden::toString);
            assertEquals(0, share.error(), golden::toString);
        }
    }

    @Test
    void oneVoteAndAllVotesAreWhatTheyAre() {
        int[] right = {4, 3};
        int[] wrong = {4, 2, 1, 1};
        Problem problem = answered(right, wrong);
        assertEquals(7 / 15.0, Vote.majority(problem, 1, 1).value(), 1e-15);
        assertEquals(0.5, Vote.majority(problem, 15, 1).value());
        assertEquals(1, Vote.majority(answered(right, new int[0]), 3, 1).value(), 1e-15);
        assertEquals(0, Vote.majority(answered(new int[0], wrong), 3, 1).value());
    }

    /** Answers that are all different lead all together. */
    @Test
    void differentAnswersAreAsGoodAsOne() {
        int[] right = new int[300];
        int[] wrong = new int[700];
        Arrays.fill(right, 1);
        Arrays.fill(wrong, 1);
        for (int k : new int[] {2, 37, 500, 999}) {
            Share share = Vote.majority(answered(right, wrong), k, 1);
            assertEquals(0.3, share.value(), 1e-13);
            assertEquals(0, share.error());
        }
    }

    /** Forty answers given equally often, of which ten are right: a quarter, by symmetry. */
    @Test
    void whatTakesTooLongToCountIsDrawnAndSaysHowWell() {
        int[] right = new int[10];
        int[] wrong = new int[30];
        Arrays.fill(right, 500);
        Arrays.fill(wrong, 500);
        Share share = Vote.majority(answered(right, wrong), 10_000, 1);
        assertEquals(Math.sqrt(0.25 * 0.75 / 4000), share.error(), 3e-4);
        assertEquals(0.25, share.value(), 4 * share.error());
        ResultTable table =
                ResultTable.ofProblems(
                        List.of(answered(right, wrong), named("q", new int[] {9_999}, 10_001)));
        Chosen chosen = table.chosen(Selector.MAJORITY, 10_000);
        assertEquals(share.error() / 2, chosen.drawnError(), 1e-15);
        EqualCost.Row row =
                new EqualCost(
                                new Contender("one", table, 1, "J"),
                                new Contender("two", table, 1, "J"),
                                Selector.MAJORITY)
                        .at(10_000);
        assertEquals(share.error() / Math.sqrt(2), row.drawnError(), 1e-15);
    }

    private static Problem named(String name, int[] right, int wrong) {
        return new Problem(name, answered(right, new int[] {wrong}).samples());
    }

    /** Where the verifier likes all right samples best, the best of k is right if one is. */
    @Test
    void theBestOfAMillionIsExact() {
        int n = 1_000_000;
        int c = 37;
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            samples.add(Sample.of("p", i < c).scored(-i));
        }
        Problem problem = new Problem("p", samples);
        for (int k : new int[] {1, 1000, 30_000, 999_999}) {
            double covered = PassAtK.estimate(n, c, k);
            assertEquals(covered, problem.ranking().bestOf(k), 1e-13 * covered, "k = " + k);
        }
        // The other way round it is right only where nothing else was drawn.
        List<Sample> reversed =
                samples.stream().map(s -> s.scored(-s.score().orElseThrow())).toList();
        Ranking worst = new Problem("p", reversed).ranking();
        assertEquals((double) c / n, worst.bestOf(1), 1e-17);
        assertEquals((double) c / n * (c - 1) / (n - 1), worst.bestOf(2), 1e-13 * c / n * c / n);
        assertTrue(worst.bestOf(38) == 0);
    }
}
