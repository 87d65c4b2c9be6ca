package dev.retort.experiment.schedule;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Fork;
import dev.retort.experiment.Run;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.schedule.Admission.Ruling;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/** Runs that go on from what the run of another arm saved: a function of the state. */
final class Forks {
    private static final String POLICY = "fork/1";

    private Forks() {}

    /** What a run that has no checkpoint of its own goes on from. */
    static Optional<Checkpoint> checkpoint(LabState state, RunView view) {
        Fork fork = state.armOf(view).fork();
        return fork == null
                ? Optional.empty()
                : state.forkPoint(forked(state, view, fork).contentKey(), fork.step());
    }

    /** What a run waits for, or {@code null} if it may go. */
    static Ruling.@Nullable Hold hold(LabState state, RunView view) {
        Fork fork = state.armOf(view).fork();
        if (fork == null || view.checkpoint() != null || checkpoint(state, view).isPresent()) {
            return null;
        }
        String other = forked(state, view, fork).id();
        boolean comes = state.run(other).map(run -> !run.state().isFinal()).orElse(false);
        return comes
                ? new Ruling.Hold("it goes on from step " + fork.step() + " of run " + other, other)
                : null;
    }

    /** What is recorded when a run begins with what another saved. */
    static List<Event> begun(LabState state, RunView view) {
        Fork fork = state.armOf(view).fork();
        Checkpoint saved = checkpoint(state, view).orElse(null);
        if (fork == null || saved == null || !view.attempts().isEmpty()) {
            return List.of();
        }
        return List.of(
                new DecisionMade(
                        new Decision(
                                Decision.Kind.FORK,
                                view.run().id(),
                                "it does the same as run "
                                        + forked(state, view, fork).id()
                                        + " up to step "
                                        + fork.step(),
                                POLICY,
                                Json.sha256(saved))));
    }

    private static Run forked(LabState state, RunView view, Fork fork) {
        Experiment experiment = state.experimentOf(view);
        return experiment.run(experiment.arm(fork.arm()), view.run().seed());
    }
}
