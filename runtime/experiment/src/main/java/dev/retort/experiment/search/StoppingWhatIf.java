package dev.retort.experiment.search;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a stricter rule would have made of the trials of a log: each report is decided upon again in
 * its order, and what a trial reported after its stop is left out. A milder rule cannot be tried
 * so: the log does not have what its trials would have reported.
 *
 * @param epochs the epochs that the trials would have trained
 * @param logged those that they trained
 * @param stopped how many trials would have been stopped
 * @param bestKept whether the trial that reached the least loss would have reached it
 */
public record StoppingWhatIf(long epochs, long logged, int stopped, boolean bestKept) {
    /**
     * Tries a rule.
     *
     * @param reports the reports of a search in their order
     * @param rule the rule
     */
    public static StoppingWhatIf of(List<Report> reports, StoppingRule rule) {
        Map<Integer, Integer> all = new HashMap<>();
        Map<Integer, Integer> kept = new HashMap<>();
        Set<Integer> stopped = new HashSet<>();
        StoppingRule.Race race = rule.race();
        double least = Double.POSITIVE_INFINITY;
        boolean bestKept = false;
        for (Report report : reports) {
            all.merge(report.trial(), report.epochs(), Math::max);
            boolean alive = !stopped.contains(report.trial());
            if (report.loss() < least) {
                least = report.loss();
                bestKept = alive;
            }
            if (alive) {
                kept.merge(report.trial(), report.epochs(), Math::max);
                if (race.decide(report).action() == TrialDecision.Action.STOP) {
                    stopped.add(report.trial());
                }
                race.add(report);
            }
        }
        return new StoppingWhatIf(sum(kept), sum(all), stopped.size(), bestKept);
    }

    private static long sum(Map<Integer, Integer> epochs) {
        return epochs.values().stream().mapToLong(Integer::longValue).sum();
    }
}
