package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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
    public TrialDecision decide(List<Report> before, Report latest) {
        Set<Integer> compared = new HashSet<>(Set.of(latest.trial()));
        for (Report report : before) {
            if (report.epochs() >= latest.epochs()) {
                compared.add(report.trial());
            }
        }
        List<Report> inputs = new ArrayList<>();
        for (Report report : before) {
            if (compared.contains(report.trial())) {
                inputs.add(report);
            }
        }
        inputs.add(latest);
        double best = Double.POSITIVE_INFINITY;
        Map<Integer, List<Double>> others = new LinkedHashMap<>();
        Set<Map.Entry<Integer, Integer>> seen = new HashSet<>();
        for (Report report : inputs) {
            // What a trial does again after a crash it reports again.
            if (!seen.add(Map.entry(report.trial(), report.epochs()))) {
                continue;
            }
            if (report.trial() == latest.trial()) {
                best = Math.min(best, report.loss());
            } else if (report.epochs() <= latest.epochs()) {
                others.computeIfAbsent(report.trial(), t -> new ArrayList<>()).add(report.loss());
            }
        }
        if (latest.epochs() < grace || others.size() < leastTrials) {
            return decision(
                    TrialDecision.Action.CONTINUE,
                    latest,
                    before,
                    String.format(
                            Locale.ROOT,
                            "trial %d at epoch %d has %d others to compare with",
                            latest.trial(),
                            latest.epochs(),
                            others.size()));
        }
        double median = median(others.values());
        boolean stop = best > median || best == Double.POSITIVE_INFINITY;
        return decision(
                stop ? TrialDecision.Action.STOP : TrialDecision.Action.CONTINUE,
                latest,
                before,
                String.format(
                        Locale.ROOT,
                        "the best loss of trial %d by epoch %d is %s, the median of %d others %s",
                        latest.trial(),
                        latest.epochs(),
                        best,
                        others.size(),
                        median));
    }

    private static TrialDecision decision(
            TrialDecision.Action action, Report latest, List<Report> before, String reason) {
        return new TrialDecision(action, latest.trial(), latest.epochs(), before.size(), reason);
    }

    private static double median(Iterable<List<Double>> losses) {
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
