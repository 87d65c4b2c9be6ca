package dev.retort.experiment.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.search.TrialDecision.Action;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/** ASHA, Hyperband and the median rule. */
class HalvingTest {
    private static final int TRIALS = 256;
    private static final Rungs RUNGS = new Rungs(2, Curves.EPOCHS, 4);

    private record Outcome(
            long epochs, int rank, List<Report> log, List<TrialDecision> decisions) {}

    /** Eight workers; each epoch of any of them takes the same time, with a little noise. */
    private static Outcome stopping(StoppingRule rule, Curves curves, int trials, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Report> log = new ArrayList<>();
        List<TrialDecision> decisions = new ArrayList<>();
        int[] trial = new int[8];
        int[] trained = new int[8];
        Arrays.setAll(trial, i -> i);
        int next = 8;
        long epochs = 0;
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        while (Arrays.stream(trial).anyMatch(t -> t < trials)) {
            int worker = random.nextInt(8);
            if (trial[worker] >= trials) {
                continue;
            }
            trained[worker]++;
            epochs++;
            Report report =
                    new Report(
                            trial[worker],
                            trained[worker],
                            curves.loss(trial[worker], trained[worker]));
            TrialDecision decision = rule.decide(log, report);
            log.add(report);
            decisions.add(decision);
            boolean whole = trained[worker] == Curves.EPOCHS;
            if (whole && report.loss() < least) {
                least = report.loss();
                best = trial[worker];
            }
            if (whole || decision.action() == Action.STOP) {
                trial[worker] = next++;
                trained[worker] = 0;
            }
        }
        return new Outcome(epochs, curves.finalRank(best), log, decisions);
    }

    private static Outcome promotion(AshaPromotion asha, Curves curves) {
        List<Report> log = new ArrayList<>();
        List<TrialDecision> decisions = new ArrayList<>();
        int[] trained = new int[TRIALS];
        long epochs = 0;
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        while (true) {
            TrialDecision decision = asha.next(log, decisions, List.of());
            if (decision.action() == Action.START && decision.trial() == TRIALS) {
                return new Outcome(epochs, curves.finalRank(best), log, decisions);
            }
            decisions.add(decision);
            int trial = decision.trial();
            epochs += decision.epochs() - trained[trial];
            trained[trial] = decision.epochs();
            Report report = new Report(trial, trained[trial], curves.loss(trial, trained[trial]));
            log.add(report);
            if (trained[trial] == Curves.EPOCHS && report.loss() < least) {
                least = report.loss();
                best = trial;
            }
        }
    }

    private static void check(String name, List<Outcome> outcomes) {
        double share =
                outcomes.stream().mapToLong(Outcome::epochs).max().orElseThrow()
                        / (double) (TRIALS * Curves.EPOCHS);
        int[] ranks = outcomes.stream().mapToInt(Outcome::rank).sorted().toArray();
        int p90 = ranks[(int) Math.ceil(0.9 * ranks.length) - 1];
        System.out.printf(
                Locale.ROOT,
                "%s: at most %.2f %% of the epochs, rank %d at p90, %d at worst%n",
                name,
                100 * share,
                p90,
                ranks[ranks.length - 1]);
        assertTrue(share <= 0.09, name + " " + share);
        assertTrue(p90 <= 3, name + " " + Arrays.toString(ranks));
    }

    @Test
    void findsNearlyTheBestInAFewPercentOfTheEpochs() {
        List<Outcome> stopped = new ArrayList<>();
        List<Outcome> promoted = new ArrayList<>();
        double crossings = 0;
        for (int seed = 0; seed < 20; seed++) {
            Curves curves = new Curves(TRIALS, seed);
            crossings += curves.crossings(RUNGS.least()) / 20;
            stopped.add(stopping(new AshaStopping(RUNGS), curves, TRIALS, seed));
            promoted.add(promotion(new AshaPromotion(RUNGS), curves));
        }
        System.out.printf(Locale.ROOT, "crossings after the first rung: %.3f%n", crossings);
        assertTrue(crossings > 0.15, "the curves hardly cross: " + crossings);
        check("ASHA, stopping", stopped);
        check("ASHA, promotion", promoted);
    }

    @Test
    void aLogReplaysBitForBit() {
        for (int seed = 0; seed < 2; seed++) {
            Curves curves = new Curves(TRIALS, seed);
            for (StoppingRule rule : List.of(new AshaStopping(RUNGS), new MedianRule(6, 5))) {
                Outcome run = stopping(rule, curves, 40, seed);
                // Some of the log suffices to see it: each replay looks at all reports before.
                for (int i = 0; i < run.log.size(); i += 1 + run.log.size() / 100) {
                    TrialDecision decision = run.decisions.get(i);
                    Report latest = run.log.get(i);
                    // What it says of its inputs is enough.
                    assertEquals(i, decision.reports());
                    assertEquals(
                            decision, rule.decide(run.log.subList(0, decision.reports()), latest));
                }
            }
            AshaPromotion asha = new AshaPromotion(RUNGS);
            Outcome run = promotion(asha, curves);
            for (int i = 0; i < run.log.size(); i += 1 + seed) {
                assertEquals(
                        run.decisions.get(i),
                        asha.next(run.log.subList(0, i), run.decisions.subList(0, i), List.of()));
            }
        }
    }

    @Test
    void stopsWhatRanksLow() {
        AshaStopping asha = new AshaStopping(new Rungs(1, 16, 2));
        List<Report> log = new ArrayList<>();
        Report first = new Report(0, 1, 5);
        assertEquals(Action.CONTINUE, asha.decide(log, first).action());
        assertEquals(2, asha.decide(log, first).epochs());
        log.add(first);
        assertEquals(Action.STOP, asha.decide(log, new Report(1, 1, 5)).action());
        assertEquals(Action.CONTINUE, asha.decide(log, new Report(1, 1, 4)).action());
        // Seldom reports count at the first one at or above a rung, and once.
        assertEquals(Action.STOP, asha.decide(log, new Report(1, 1, 5)).action());
        List<Report> seldom = List.of(new Report(0, 3, 5), new Report(0, 3, 1));
        assertEquals(Action.STOP, asha.decide(seldom, new Report(1, 3, 9)).action());
        assertEquals(2, asha.decide(seldom, new Report(1, 3, 9)).reports());
        assertEquals(Action.CONTINUE, asha.decide(seldom, new Report(0, 3, 9)).action());
        assertEquals(Action.COMPLETE, asha.decide(log, new Report(1, 16, 9)).action());
        double diverged = Double.POSITIVE_INFINITY;
        assertEquals(Action.STOP, asha.decide(List.of(), new Report(1, 1, diverged)).action());
        assertEquals(
                "trial 1 is number 2 of 2 at the rung of epoch 1, of which 1 go on",
                asha.decide(log, new Report(1, 1, 5)).reason());
    }

    @Test
    void promotesEachTrialOnceAndTheHighestRungFirst() {
        Outcome run = promotion(new AshaPromotion(RUNGS), new Curves(TRIALS, 1));
        Set<String> seen = new HashSet<>();
        List<Integer> rungs = RUNGS.epochs();
        for (int i = 0; i < run.decisions.size(); i++) {
            TrialDecision decision = run.decisions.get(i);
            assertTrue(seen.add(decision.trial() + " to " + decision.epochs()));
            // No rung above the one it came from had a trial to promote.
            for (int rung = rungs.indexOf(decision.epochs()); rung < rungs.size() - 1; rung++) {
                int at = rungs.get(rung);
                int to = rungs.get(rung + 1);
                long here = run.log.subList(0, i).stream().filter(r -> r.epochs() == at).count();
                long gone =
                        run.decisions.subList(0, i).stream().filter(d -> d.epochs() == to).count();
                assertTrue(gone >= here / 4, decision + " before rung " + at);
            }
        }
    }

    @Test
    void hyperbandHasThePublishedBrackets() {
        List<Hyperband.Bracket> brackets = new Hyperband(81, 3).brackets();
        // Table 1 of the paper: 81, 34, 15, 8 and 5 trials from 1, 3, 9, 27 and 81 epochs.
        assertEquals(
                List.of(81, 34, 15, 8, 5),
                brackets.stream().map(Hyperband.Bracket::trials).toList());
        assertEquals(
                List.of(1, 3, 9, 27, 81),
                brackets.stream().map(bracket -> bracket.epochs().getFirst()).toList());
        assertEquals(List.of(1, 3, 9, 27, 81), brackets.getFirst().epochs());
        assertEquals(
                List.of(1, 3, 11, 33, 100), new Hyperband(100, 3).brackets().getFirst().epochs());
        assertEquals(5 * 81, brackets.getLast().cost());
        assertEquals(81 + 27 * 2 + 9 * 6 + 3 * 18 + 54, brackets.getFirst().cost());
    }

    @Test
    void hyperbandKeepsTheBestOfARung() {
        Hyperband hyperband = new Hyperband(9, 3);
        Hyperband.Bracket bracket = hyperband.brackets().getFirst();
        Report diverged = new Report(0, 1, Double.POSITIVE_INFINITY);
        assertEquals(
                Action.STOP, hyperband.decide(bracket, List.of(diverged), 1).getFirst().action());
        List<Report> rung = new ArrayList<>();
        for (int trial = 0; trial < bracket.trials(); trial++) {
            rung.add(new Report(trial, 1, (trial * 5) % 9));
        }
        List<TrialDecision> decisions = hyperband.decide(bracket, rung, rung.size());
        assertEquals(
                List.of(0, 2, 4),
                decisions.stream()
                        .filter(d -> d.action() == Action.PROMOTE)
                        .map(TrialDecision::trial)
                        .toList());
        assertEquals(3, decisions.getFirst().epochs());
        assertEquals(
                Action.COMPLETE,
                hyperband.decide(bracket, List.of(new Report(0, 9, 1)), 1).getFirst().action());
    }

    @Test
    void theMedianIsThatOfRunningMeans() {
        MedianRule rule = new MedianRule(2, 3);
        List<Report> log = new ArrayList<>();
        for (int trial = 0; trial < 3; trial++) {
            log.add(new Report(trial, 1, 10 + trial));
            log.add(new Report(trial, 2, 4 + trial));
            log.add(new Report(trial, 3, 0));
        }
        // Running means at epoch 2: 7, 8 and 9.
        assertEquals(Action.CONTINUE, rule.decide(log, new Report(9, 2, 8)).action());
        assertEquals(Action.STOP, rule.decide(log, new Report(9, 2, 8.5)).action());
        assertEquals(Action.CONTINUE, rule.decide(log, new Report(9, 1, 99)).action());
        log.add(new Report(9, 1, 7.5));
        assertEquals(Action.CONTINUE, rule.decide(log, new Report(9, 2, 8.5)).action());
        // Two others are too few, and those that have not come so far do not count.
        assertEquals(
                Action.CONTINUE, rule.decide(log.subList(0, 6), new Report(8, 2, 99)).action());
        assertEquals(Action.CONTINUE, rule.decide(log, new Report(8, 4, 99)).action());
    }

    @Test
    void badInputGetsOneSentence() {
        assertEquals(
                "expected a loss, infinite if the trial diverged, found NaN of trial 3 at epoch 2",
                message(() -> new Report(3, 2, Double.NaN)));
        assertEquals(
                "expected a report after at least 1 epoch, found 0 of trial 3",
                message(() -> new Report(3, 0, 1)));
        assertEquals(
                "expected least epochs from 1, most from least and a factor from 2, found 4, 2 and"
                        + " 4",
                message(() -> new Rungs(4, 2, 4)));
        assertEquals(
                "expected most epochs from 1 and a factor from 2, found 9 and 1",
                message(() -> new Hyperband(9, 1)));
        assertEquals(
                "expected a grace and trials to compare with from 1, found 0 and 1",
                message(() -> new MedianRule(0, 1)));
    }

    private static String message(Runnable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
