package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.Comparator;
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
            List<Report> reports, List<TrialDecision> past, List<Integer> working) {
        List<Integer> epochs = rungs.epochs();
        for (int rung = epochs.size() - 2; rung >= 0; rung--) {
            int at = epochs.get(rung);
            int to = epochs.get(rung + 1);
            List<Report> here = Report.firstFrom(reports, at);
            Set<Integer> excluded = new HashSet<>(working);
            for (TrialDecision decision : past) {
                if (isBeyond(decision, to)) {
                    excluded.add(decision.trial());
                }
            }
            List<Report> best = new ArrayList<>(here);
            // Stable: of equal losses the earlier one ranks first.
            best.sort(Comparator.comparingDouble(Report::loss));
            int kept = here.size() / rungs.factor();
            for (Report report : best.subList(0, kept)) {
                if (!excluded.contains(report.trial()) && Double.isFinite(report.loss())) {
                    return new TrialDecision(
                            TrialDecision.Action.PROMOTE,
                            report.trial(),
                            to,
                            reports.size(),
                            String.format(
                                    Locale.ROOT,
                                    "trial %d is among the best %d of %d at epoch %d",
                                    report.trial(),
                                    kept,
                                    here.size(),
                                    at));
                }
            }
        }
        int started =
                (int) past.stream().filter(d -> d.action() == TrialDecision.Action.START).count();
        return new TrialDecision(
                TrialDecision.Action.START,
                started,
                epochs.getFirst(),
                reports.size(),
                String.format(
                        Locale.ROOT, "no trial can be promoted, so trial %d starts", started));
    }

    /**
     * Whether a trial was promoted to some epochs or, where its reports skip rungs, beyond, or is
     * out of the race: a person may have it train on.
     */
    private static boolean isBeyond(TrialDecision decision, int epochs) {
        return switch (decision.action()) {
            case PROMOTE -> decision.epochs() >= epochs;
            case STOP -> true;
            case START, CONTINUE, COMPLETE -> false;
        };
    }
}
