package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Asynchronous successive halving without pauses: at each rung a trial goes on if its loss is among
 * the best {@code 1/factor} of those that have reached the rung, at least one; otherwise it stops.
 * No trial waits for another. (Li et al., "A system for massively parallel hyperparameter tuning",
 * 2020, in the form that stops instead of promoting.)
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
        if (!rungs.epochs().contains(epochs)) {
            return new Decision(
                    Decision.Action.CONTINUE,
                    trial,
                    rungs.above(epochs),
                    List.of(latest),
                    "epoch %d of trial %d is no rung".formatted(epochs, trial));
        }
        List<Report> rung = new ArrayList<>();
        before.stream().filter(r -> r.epochs() == epochs && r.trial() != trial).forEach(rung::add);
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
                "trial %d is number %d of %d at epoch %d, of which %d go on"
                        .formatted(trial, rank, rung.size(), epochs, kept));
    }
}
