package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

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

    /**
     * Tries a rule that promotes, as it is: workers take up trials as {@link AshaPromotion} says,
     * in virtual time in which an epoch of any trial takes as long. A trial that the log does not
     * know any further stays where it is.
     *
     * @param reports the reports of a search in their order
     * @param rule the rule
     * @param workers how many trials train at a time
     */
    public static StoppingWhatIf of(List<Report> reports, AshaPromotion rule, int workers) {
        return new Promoted(reports).race(rule, workers);
    }

    /** What trials reported, to be raced again. */
    private static final class Promoted {
        private final Map<Integer, NavigableMap<Integer, Report>> curves = new TreeMap<>();
        private final List<Integer> order = new ArrayList<>();
        private final List<Report> seen = new ArrayList<>();
        private final Map<Integer, Integer> trained = new HashMap<>();
        private final PriorityQueue<Leg> working =
                new PriorityQueue<>(
                        Comparator.comparingLong(Leg::end).thenComparingInt(Leg::trial));

        /** A trial on its way to a rung. */
        private record Leg(int trial, int to, long end) {}

        Promoted(List<Report> reports) {
            for (Report report : reports) {
                if (!curves.containsKey(report.trial())) {
                    order.add(report.trial());
                }
                curves.computeIfAbsent(report.trial(), _ -> new TreeMap<>())
                        .putIfAbsent(report.epochs(), report);
            }
        }

        StoppingWhatIf race(AshaPromotion rule, int workers) {
            AshaPromotion.Race race = new AshaPromotion.Race(rule);
            long now = 0;
            int started = 0;
            while (true) {
                while (working.size() < workers) {
                    TrialDecision next = race.next(working.stream().map(Leg::trial).toList());
                    boolean starts = next.action() == TrialDecision.Action.START;
                    if (starts && started == order.size()) {
                        break;
                    }
                    int trial = starts ? order.get(started++) : next.trial();
                    race.add(new TrialDecision(next.action(), trial, next.epochs(), 0, "replayed"));
                    int from = trained.getOrDefault(trial, 0);
                    working.add(new Leg(trial, next.epochs(), now + next.epochs() - from));
                }
                Leg done = working.poll();
                if (done == null) {
                    break;
                }
                now = done.end();
                train(race, done);
            }
            return result(rule);
        }

        private void train(AshaPromotion.Race race, Leg leg) {
            int from = trained.getOrDefault(leg.trial(), 0);
            for (Report report :
                    curves.getOrDefault(leg.trial(), new TreeMap<>())
                            .subMap(from, false, leg.to(), true)
                            .values()) {
                trained.put(leg.trial(), report.epochs());
                seen.add(report);
                race.add(report);
            }
        }

        private StoppingWhatIf result(AshaPromotion rule) {
            Report best = null;
            Map<Integer, Integer> all = new HashMap<>();
            int stopped = 0;
            for (Map.Entry<Integer, NavigableMap<Integer, Report>> curve : curves.entrySet()) {
                all.put(curve.getKey(), curve.getValue().lastKey());
                int epochs = trained.getOrDefault(curve.getKey(), 0);
                stopped += epochs < rule.rungs().most() ? 1 : 0;
                for (Report report : curve.getValue().values()) {
                    best = best == null || report.loss() < best.loss() ? report : best;
                }
            }
            return new StoppingWhatIf(
                    sum(trained), sum(all), stopped, best != null && seen.contains(best));
        }
    }

    private static long sum(Map<Integer, Integer> epochs) {
        return epochs.values().stream().mapToLong(Integer::longValue).sum();
    }
}
