package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    public Decision decide(List<Report> before, Report latest) {
        int trial = latest.trial();
        int epochs = latest.epochs();
        if (epochs >= rungs.most()) {
            return new Decision(
                    Decision.Action.COMPLETE,
                    trial,
                    epochs,
                    List.of(latest),
                    "trial %d has trained all %d epochs".formatted(trial, rungs.most()));
        }
        int at = rungs.reached(epochs);
        List<Report> others = Report.firstFrom(before, at);
        Optional<Report> own = others.stream().filter(r -> r.trial() == trial).findFirst();
        if (at == 0 || own.isPresent()) {
            return new Decision(
                    Decision.Action.CONTINUE,
                    trial,
                    rungs.above(epochs),
                    at == 0 ? List.of(latest) : List.of(own.orElse(latest), latest),
                    "trial %d has reached no new rung at epoch %d".formatted(trial, epochs));
        }
        List<Report> rung = new ArrayList<>(others);
        rung.add(latest);
        // Of equal losses the earlier one ranks first.
        long rank =
                1
                        + rung.stream()
                                .limit(rung.size() - 1L)
                                .filter(r -> r.loss() <= latest.loss())
                                .count();
        int kept = Math.max(1, rung.size() / rungs.factor());
        boolean on = rank <= kept && latest.loss() < Double.POSITIVE_INFINITY;
        return new Decision(
                on ? Decision.Action.CONTINUE : Decision.Action.STOP,
                trial,
                on ? rungs.above(epochs) : epochs,
                rung,
                "trial %d is number %d of %d at the rung of epoch %d, of which %d go on"
                        .formatted(trial, rank, rung.size(), at, kept));
    }
}
