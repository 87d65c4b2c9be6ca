package dev.retort.experiment.schedule;

import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.state.RunView;

import java.time.Instant;
import java.util.List;

/** Why a run is where it is, for people. */
final class Reasons {
    private static final String ADMISSION = "admission/1";

    private Reasons() {}

    /**
     * That a run has its turn.
     *
     * @param next the run
     * @param held how many devices, or cores, its team holds before
     */
    static DecisionMade admission(Waiting next, int held) {
        return new DecisionMade(
                new Decision(
                        Decision.Kind.ADMIT,
                        next.run(),
                        "first by share, priority "
                                + next.priority()
                                + " and age: team "
                                + next.team()
                                + " holds "
                                + held,
                        ADMISSION,
                        Json.sha256(List.of(next.team(), held, next.priority(), next.order()))));
    }

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
