package dev.retort.experiment.state;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Decision;
import dev.retort.experiment.FailureClass;

/** The part of the rules that is about what is done without a person. */
final class ActFold {
    private final LabState state;

    ActFold(LabState state) {
        this.state = state;
    }

    /**
     * Each retry after running out of memory halves the micro-batch, unless that is only advised
     * after it. What its scheduler lost is tried again whatever rules may do, and is no act.
     */
    void made(RunView view, Decision decision) {
        Attempt last = view.lastAttempt().orElse(null);
        Attempt.End end = last == null ? null : last.end();
        FailureClass failure = end == null ? null : end.cause().failure();
        boolean retry = decision.kind() == Decision.Kind.RETRY;
        if (retry && failure == FailureClass.OUT_OF_MEMORY) {
            state.put(view.halved(1));
        }
        if (decision.kind() == Decision.Kind.UNPACK) {
            new PackingFold(state).unpack(view);
        }
        if (!retry || failure != FailureClass.INTERRUPTED) {
            String key = view.run().experiment() + "/" + decision.kind();
            Integer before = state.acts.get(key);
            state.acts.put(key, (before == null ? 0 : before) + 1);
        }
    }

    /** What is only advised is not done. */
    void advised(RunView view, Decision decision) {
        if (decision.kind() == Decision.Kind.SHRINK_BATCH) {
            state.put(view.halved(-1));
        }
    }
}
