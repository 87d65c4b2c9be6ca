package dev.retort.experiment.search;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Asynchronous successive halving as published (Li et al., "A system for massively parallel
 * hyperparameter tuning", 2020, algorithm 2): whenever a worker is free, the best trial of the
 * highest rung that is among its rung's best {@code 1/factor} and not yet promoted is taken up
 * again; if there is none, a new trial starts. Trials pause at rungs, so they need checkpoints.
 *
 * @param rungs where trials are compared
 */
public record AshaPromotion(Rungs rungs) implements EarlyStopping {
    /**
     * What becomes of a trial that pauses when all have started, none works and none can be
     * promoted.
     *
     * @param trial its number
     * @param epochs the epochs it has trained
     * @param reports how many reports of the search there are
     */
    public static TrialDecision left(int trial, int epochs, int reports) {
        return new TrialDecision(
                TrialDecision.Action.STOP,
                trial,
                epochs,
                reports,
                String.format(
                        Locale.ROOT,
                        "trial %d was not among the best when the search ended",
                        trial));
    }

    /**
     * What a free worker does.
     *
     * @param reports the reports of all trials so far, in the order in which they came
     * @param past the decisions so far
     * @param working the trials that have not paused or ended yet: those are not promoted now
     * @return {@link TrialDecision.Action#PROMOTE} or {@link TrialDecision.Action#START}
     */
    public TrialDecision next(
            List<Report> reports, List<TrialDecision> past, Collection<Integer> working) {
        Race race = new Race(this);
        reports.forEach(race::add);
        past.forEach(race::add);
        return race.next(working);
    }

    /** The same for a search that goes on: what happened is added, and ranked as it comes. */
    public static final class Race {
        private final List<Rung> rungs = new ArrayList<>();
        private final int factor;
        private final int first;
        private int reports;
        private int started;

        /** Before the first report. */
        public Race(AshaPromotion rule) {
            factor = rule.rungs.factor();
            List<Integer> epochs = rule.rungs.epochs();
            first = epochs.getFirst();
            for (int i = 0; i < epochs.size() - 1; i++) {
                rungs.add(new Rung(epochs.get(i), epochs.get(i + 1)));
            }
        }

        /** Adds the next report. */
        public void add(Report report) {
            reports++;
            rungs.forEach(rung -> rung.add(report));
        }

        /** Adds the next decision. */
        public void add(TrialDecision decision) {
            if (decision.action() == TrialDecision.Action.START) {
                started++;
            }
            rungs.forEach(rung -> rung.add(decision));
        }

        /** What a free worker does, as {@link AshaPromotion#next} says. */
        public TrialDecision next(Collection<Integer> working) {
            for (Rung rung : rungs.reversed()) {
                int kept = rung.ranked.size() / factor;
                Report best = rung.best(kept, working);
                if (best != null) {
                    return new TrialDecision(
                            TrialDecision.Action.PROMOTE,
                            best.trial(),
                            rung.next,
                            reports,
                            String.format(
                                    Locale.ROOT,
                                    "trial %d is among the best %d of %d at epoch %d",
                                    best.trial(),
                                    kept,
                                    rung.ranked.size(),
                                    rung.epochs));
                }
            }
            return new TrialDecision(
                    TrialDecision.Action.START,
                    started,
                    first,
                    reports,
                    String.format(
                            Locale.ROOT, "no trial can be promoted, so trial %d starts", started));
        }
    }

    /** The trials that have come to some epochs, from the best. */
    private static final class Rung {
        private final int epochs;
        private final int next;
        private final List<Report> ranked = new ArrayList<>();
        private final Set<Integer> seen = new HashSet<>();

        /** Those that were promoted, or are out of the race: a person may have one train on. */
        private final Set<Integer> beyond = new HashSet<>();

        Rung(int epochs, int next) {
            this.epochs = epochs;
            this.next = next;
        }

        /** The first report of a trial counts. Of equal losses the earlier one ranks first. */
        void add(Report report) {
            if (report.epochs() < epochs || !seen.add(report.trial())) {
                return;
            }
            int low = 0;
            int high = ranked.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ranked.get(middle).loss() <= report.loss()) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            ranked.add(low, report);
        }

        void add(TrialDecision decision) {
            boolean past =
                    switch (decision.action()) {
                        // Where reports skip rungs, so do promotions.
                        case PROMOTE -> decision.epochs() >= next;
                        case STOP -> true;
                        case START, CONTINUE, COMPLETE -> false;
                    };
            if (past) {
                beyond.add(decision.trial());
            }
        }

        @Nullable Report best(int kept, Collection<Integer> working) {
            return ranked.subList(0, kept).stream()
                    .filter(report -> Double.isFinite(report.loss()))
                    .filter(report -> !beyond.contains(report.trial()))
                    .filter(report -> !working.contains(report.trial()))
                    .findFirst()
                    .orElse(null);
        }
    }
}
