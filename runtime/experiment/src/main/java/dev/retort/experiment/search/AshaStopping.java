package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asynchronous successive halving without pauses: at the first report at or above a rung a trial
 * goes on if its loss is among the best {@code 1/factor} of those that have reached the rung, at
 * least one; otherwise it stops. No trial waits for another. (Li et al., "A system for massively
 * parallel hyperparameter tuning", 2020, in the form that stops instead of promoting.)
 *
 * @param rungs where trials are compared
 */
public record AshaStopping(Rungs rungs) implements StoppingRule {
    @Override
    public Race race() {
        return new Ladder(rungs);
    }

    /** The trials that have come to some epochs: the first report of each counts. */
    private static final class Rung {
        private final Set<Integer> trials = new HashSet<>();

        /** Their losses, the least first. */
        private final List<Double> losses = new ArrayList<>();

        void add(Report report) {
            if (trials.add(report.trial())) {
                losses.add(upTo(report.loss()), report.loss());
            }
        }

        /** How many losses are not above one. */
        int upTo(double loss) {
            int low = 0;
            int high = losses.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (losses.get(middle) <= loss) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    private static final class Ladder implements Race {
        private final Rungs rungs;
        private final NavigableMap<Integer, Rung> reached = new TreeMap<>();
        private int reports;

        Ladder(Rungs rungs) {
            this.rungs = rungs;
            rungs.epochs().forEach(epochs -> reached.put(epochs, new Rung()));
        }

        @Override
        public void add(Report report) {
            reports++;
            reached.headMap(report.epochs(), true).values().forEach(rung -> rung.add(report));
        }

        @Override
        public int reports() {
            return reports;
        }

        @Override
        public TrialDecision decide(Report latest) {
            int trial = latest.trial();
            int epochs = latest.epochs();
            if (epochs >= rungs.most()) {
                return decision(
                        TrialDecision.Action.COMPLETE,
                        trial,
                        epochs,
                        String.format(
                                Locale.ROOT,
                                "trial %d has trained all %d epochs",
                                trial,
                                rungs.most()));
            }
            Map.Entry<Integer, Rung> at = reached.floorEntry(epochs);
            if (at == null || at.getValue().trials.contains(trial)) {
                return decision(
                        TrialDecision.Action.CONTINUE,
                        trial,
                        rungs.above(epochs),
                        String.format(
                                Locale.ROOT,
                                "trial %d has reached no new rung at epoch %d",
                                trial,
                                epochs));
            }
            // Of equal losses the earlier one ranks first.
            int rank = 1 + at.getValue().upTo(latest.loss());
            int size = at.getValue().losses.size() + 1;
            int kept = Math.max(1, size / rungs.factor());
            boolean on = rank <= kept && latest.loss() < Double.POSITIVE_INFINITY;
            return decision(
                    on ? TrialDecision.Action.CONTINUE : TrialDecision.Action.STOP,
                    trial,
                    on ? rungs.above(epochs) : epochs,
                    String.format(
                            Locale.ROOT,
                            "trial %d is number %d of %d at the rung of epoch %d, of which %d go on",
                            trial,
                            rank,
                            size,
                            at.getKey(),
                            kept));
        }

        private TrialDecision decision(
                TrialDecision.Action action, int trial, int epochs, String reason) {
            return new TrialDecision(action, trial, epochs, reports, reason);
        }
    }
}
