package dev.retort.experiment.search;

import java.util.List;
import java.util.Locale;

/**
 * Asynchronous successive halving without pauses: at the first report at or above a rung a trial
 * goes on if its loss is among the best {@code 1/factor} of those that have reached the rung, at
 * least one; otherwise it stops. No trial waits for another. (Li et al., "A system for massively
 * parallel hyperparameter tuning", 2020, in the form that stops instead of promoting.)
 *
 * @param rungs where trials are compared
 */
public record AshaStopping(Rungs rungs) implements StoppingRule {
    /** {@inheritDoc} */
    @Override
    public TrialDecision decide(List<Report> before, Report latest) {
        int trial = latest.trial();
        int epochs = latest.epochs();
        if (epochs >= rungs.most()) {
            return new TrialDecision(
                    TrialDecision.Action.COMPLETE,
                    trial,
                    epochs,
                    before.size(),
                    String.format(
                            Locale.ROOT,
                            "trial %d has trained all %d epochs",
                            trial,
                            rungs.most()));
        }
        int at = rungs.reached(epochs);
        List<Report> others = Report.firstFrom(before, at);
        boolean again = others.stream().anyMatch(r -> r.trial() == trial);
        if (at == 0 || again) {
            return new TrialDecision(
                    TrialDecision.Action.CONTINUE,
                    trial,
                    rungs.above(epochs),
                    before.size(),
                    String.format(
                            Locale.ROOT,
                            "trial %d has reached no new rung at epoch %d",
                            trial,
                            epochs));
        }
        // Of equal losses the earlier one ranks first.
        long rank = 1 + others.stream().filter(r -> r.loss() <= latest.loss()).count();
        int size = others.size() + 1;
        int kept = Math.max(1, size / rungs.factor());
        boolean on = rank <= kept && latest.loss() < Double.POSITIVE_INFINITY;
        return new TrialDecision(
                on ? TrialDecision.Action.CONTINUE : TrialDecision.Action.STOP,
                trial,
                on ? rungs.above(epochs) : epochs,
                before.size(),
                String.format(
                        Locale.ROOT,
                        "trial %d is number %d of %d at the rung of epoch %d, of which %d go on",
                        trial,
                        rank,
                        size,
                        at,
                        kept));
    }
}
