package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The median rule (Golovin et al., "Google Vizier", 2017, section 3.2.2): a trial stops if its best
 * loss so far is worse than the median of what the others had on average up to the same epoch. The
 * others are those that have come as far, complete or not, where Vizier takes complete ones only.
 *
 * @param grace the epochs before a trial may be stopped, at least 1
 * @param leastTrials the other trials that there must be to compare with, at least 1
 */
public record MedianRule(int grace, int leastTrials) implements StoppingRule {
    /** Checks the figures. */
    public MedianRule {
        if (grace < 1 || leastTrials < 1) {
            throw new IllegalArgumentException(
                    "expected a grace and trials to compare with from 1, found %d and %d"
                            .formatted(grace, leastTrials));
        }
    }

    /**
     * {@inheritDoc} Only trials that have reached the epoch are compared with. Never says {@link
     * TrialDecision.Action#COMPLETE}: the rule does not know how long a trial is.
     */
    @Override
    public Race race() {
        return new Field(this);
    }

    /**
     * What a trial reported: what it does again after a crash it reports again, which is left out.
     */
    private static final class Trial {
        private final List<Report> reports = new ArrayList<>();
        private final Set<Integer> seen = new HashSet<>();

        /** The means up to some epochs, as far as they were asked for and still hold. */
        private final NavigableMap<Integer, Double> means = new TreeMap<>();

        private double best = Double.POSITIVE_INFINITY;
        private int first = Integer.MAX_VALUE;
        private int last;

        void add(Report report) {
            if (seen.add(report.epochs())) {
                reports.add(report);
                best = Math.min(best, report.loss());
                first = Math.min(first, report.epochs());
                last = Math.max(last, report.epochs());
                means.tailMap(report.epochs(), true).clear();
            }
        }

        /** The mean of what it reported up to some epochs, of which it must have reported some. */
        double mean(int epochs) {
            return means.computeIfAbsent(
                    epochs,
                    _ ->
                            reports.stream()
                                    .filter(report -> report.epochs() <= epochs)
                                    .mapToDouble(Report::loss)
                                    .average()
                                    .orElseThrow());
        }
    }

    private static final class Field implements Race {
        private final MedianRule rule;
        private final Map<Integer, Trial> trials = new HashMap<>();
        private int reports;

        Field(MedianRule rule) {
            this.rule = rule;
        }

        @Override
        public void add(Report report) {
            reports++;
            trials.computeIfAbsent(report.trial(), _ -> new Trial()).add(report);
        }

        @Override
        public int reports() {
            return reports;
        }

        @Override
        public TrialDecision decide(Report latest) {
            int epochs = latest.epochs();
            double best = latest.loss();
            List<Double> others = new ArrayList<>();
            for (Map.Entry<Integer, Trial> entry : trials.entrySet()) {
                Trial trial = entry.getValue();
                if (entry.getKey() == latest.trial()) {
                    // What it reports again does not count.
                    boolean again = trial.seen.contains(epochs);
                    best = again ? trial.best : Math.min(best, trial.best);
                } else if (trial.last >= epochs && trial.first <= epochs) {
                    others.add(trial.mean(epochs));
                }
            }
            if (epochs < rule.grace || others.size() < rule.leastTrials) {
                return decision(
                        TrialDecision.Action.CONTINUE,
                        latest,
                        String.format(
                                Locale.ROOT,
                                "trial %d at epoch %d has %d others to compare with",
                                latest.trial(),
                                epochs,
                                others.size()));
            }
            double median = median(others);
            boolean stop = best > median || best == Double.POSITIVE_INFINITY;
            return decision(
                    stop ? TrialDecision.Action.STOP : TrialDecision.Action.CONTINUE,
                    latest,
                    String.format(
                            Locale.ROOT,
                            "the best loss of trial %d by epoch %d is %s, the median of %d others %s",
                            latest.trial(),
                            epochs,
                            best,
                            others.size(),
                            median));
        }

        private TrialDecision decision(TrialDecision.Action action, Report latest, String reason) {
            return new TrialDecision(action, latest.trial(), latest.epochs(), reports, reason);
        }
    }

    private static double median(List<Double> means) {
        means.sort(Double::compare);
        int middle = means.size() / 2;
        return means.size() % 2 == 1
                ? means.get(middle)
                : (means.get(middle - 1) + means.get(middle)) / 2;
    }
}
