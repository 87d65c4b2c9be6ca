package dev.retort.experiment.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.search.TrialDecision.Action;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** A race decides as if it looked at all reports each time, bit for bit. */
class StoppingRaceTest {
    private static final int LOGS = 300;

    private interface Oracle {
        TrialDecision decide(List<Report> before, Report latest);
    }

    /** Trials that skip epochs, report again after a crash, have equal losses, and diverge. */
    private static List<Report> log(SplittableRandom random) {
        List<Report> reports = new ArrayList<>();
        int trials = 2 + random.nextInt(12);
        int[] trained = new int[trials];
        for (int i = 0; i < 150; i++) {
            int trial = random.nextInt(trials);
            trained[trial] += random.nextInt(8) == 0 ? -random.nextInt(4) : 1 + random.nextInt(3);
            trained[trial] = Math.clamp(trained[trial], 1, 40);
            double loss =
                    switch (random.nextInt(12)) {
                        case 0 -> Double.POSITIVE_INFINITY;
                        case 1, 2, 3 -> random.nextInt(4);
                        default -> random.nextDouble(5) / 3;
                    };
            reports.add(new Report(trial, trained[trial], loss));
        }
        return reports;
    }

    private static void check(StoppingRule rule, Oracle oracle) {
        SplittableRandom random = new SplittableRandom(5);
        Set<Action> actions = new HashSet<>();
        for (int i = 0; i < LOGS; i++) {
            List<Report> reports = log(random);
            StoppingRule.Race race = rule.race();
            for (int n = 0; n < reports.size(); n++) {
                TrialDecision expected = oracle.decide(reports.subList(0, n), reports.get(n));
                assertEquals(expected, race.decide(reports.get(n)), "log " + i + ", report " + n);
                actions.add(expected.action());
                race.add(reports.get(n));
                assertEquals(n + 1, race.reports());
            }
        }
        assertEquals(rule instanceof AshaStopping ? 3 : 2, actions.size());
    }

    @Test
    void halvingDecidesTheSame() {
        Rungs rungs = new Rungs(2, 32, 3);
        check(new AshaStopping(rungs), (before, latest) -> halving(rungs, before, latest));
    }

    private static TrialDecision halving(Rungs rungs, List<Report> before, Report latest) {
        int trial = latest.trial();
        int epochs = latest.epochs();
        if (epochs >= rungs.most()) {
            String reason = "trial %d has trained all %d epochs".formatted(trial, rungs.most());
            return new TrialDecision(Action.COMPLETE, trial, epochs, before.size(), reason);
        }
        int at =
                rungs.epochs().reversed().stream()
                        .filter(rung -> rung <= epochs)
                        .findFirst()
                        .orElse(0);
        List<Report> others = Report.firstFrom(before, at);
        if (at == 0 || others.stream().anyMatch(r -> r.trial() == trial)) {
            String reason = "trial %d has reached no new rung at epoch %d".formatted(trial, epochs);
            return new TrialDecision(
                    Action.CONTINUE, trial, rungs.above(epochs), before.size(), reason);
        }
        long rank = 1 + others.stream().filter(r -> r.loss() <= latest.loss()).count();
        int size = others.size() + 1;
        int kept = Math.max(1, size / rungs.factor());
        boolean on = rank <= kept && latest.loss() < Double.POSITIVE_INFINITY;
        return new TrialDecision(
                on ? Action.CONTINUE : Action.STOP,
                trial,
                on ? rungs.above(epochs) : epochs,
                before.size(),
                "trial %d is number %d of %d at the rung of epoch %d, of which %d go on"
                        .formatted(trial, rank, size, at, kept));
    }

    @Test
    void theMedianRuleDecidesTheSame() {
        check(new MedianRule(3, 2), (before, latest) -> median(3, 2, before, latest));
    }

    private static TrialDecision median(
            int grace, int leastTrials, List<Report> before, Report latest) {
        Set<Integer> compared = new HashSet<>(Set.of(latest.trial()));
        before.stream()
                .filter(report -> report.epochs() >= latest.epochs())
                .forEach(report -> compared.add(report.trial()));
        List<Report> inputs = new ArrayList<>(before);
        inputs.removeIf(report -> !compared.contains(report.trial()));
        inputs.add(latest);
        double best = Double.POSITIVE_INFINITY;
        Map<Integer, List<Double>> others = new HashMap<>();
        Set<Map.Entry<Integer, Integer>> seen = new HashSet<>();
        for (Report report : inputs) {
            if (!seen.add(Map.entry(report.trial(), report.epochs()))) {
                continue;
            }
            if (report.trial() == latest.trial()) {
                best = Math.min(best, report.loss());
            } else if (report.epochs() <= latest.epochs()) {
                others.computeIfAbsent(report.trial(), _ -> new ArrayList<>()).add(report.loss());
            }
        }
        String reason =
                "trial %d at epoch %d has %d others to compare with"
                        .formatted(latest.trial(), latest.epochs(), others.size());
        boolean stop = false;
        if (latest.epochs() >= grace && others.size() >= leastTrials) {
            double median = median(others.values());
            stop = best > median || best == Double.POSITIVE_INFINITY;
            reason =
                    String.format(
                            Locale.ROOT,
                            "the best loss of trial %d by epoch %d is %s, the median of %d others %s",
                            latest.trial(),
                            latest.epochs(),
                            best,
                            others.size(),
                            median);
        }
        return new TrialDecision(
                stop ? Action.STOP : Action.CONTINUE,
                latest.trial(),
                latest.epochs(),
                before.size(),
                reason);
    }

    private static double median(Collection<List<Double>> losses) {
        List<Double> means = new ArrayList<>();
        for (List<Double> of : losses) {
            means.add(of.stream().mapToDouble(Double::doubleValue).sum() / of.size());
        }
        means.sort(Double::compare);
        int middle = means.size() / 2;
        return means.size() % 2 == 1
                ? means.get(middle)
                : (means.get(middle - 1) + means.get(middle)) / 2;
    }
}
