package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.state.RunView;

import java.time.Instant;

/** Why a run is where it is, for people. */
final class Reasons {
    private Reasons() {}

    /** The rest of a sentence that begins with the run. */
    static String of(RunView view, Experiment experiment, Instant now, String free) {
        if (view.state() != RunState.QUEUED) {
            return " is " + view.state() + ": " + view.reason();
        }
        Instant next = Instant.ofEpochMilli(view.notBeforeMillis());
        return next.isAfter(now)
                ? " waits until " + next + ": " + view.reason()
                : " is queued: it needs " + experiment.resources() + ", " + free + " runs wait";
    }
}
