package dev.retort.experiment.schedule;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Decision;
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

    /**
     * What a run that has no checkpoint of its own goes on from. One that is compared with another
     * begins at its beginning, as does one that twice could not use what it was to go on from.
     */
    static Optional<Checkpoint> checkpoint(LabState state, RunView view) {
        Fork fork = state.armOf(view).fork();
        return fork == null || beginsAnew(state, view)
                ? Optional.empty()
                : state.forkPoint(forked(state, view, fork).contentKey(), fork.step());
    }

    private static boolean beginsAnew(LabState state, RunView view) {
        return view.wasTwiceUnusable() || Reruns.compared(state, view).isPresent();
    }

    /** What a run waits for, or {@code null} if it may go. */
    static Ruling.@Nullable Hold hold(LabState state, RunView view) {
        Fork fork = state.armOf(view).fork();
        if (fork == null
                || view.checkpoint() != null
                || beginsAnew(state, view)
                || checkpoint(state, view).isPresent()
                || forkedView(state, view, fork).state().isFinal()) {
            return null;
        }
        String other = forked(state, view, fork).id();
        return new Ruling.Hold("it goes on from step " + fork.step() + " of run " + other, other);
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
        return forkedView(state, view, fork).run();
    }

    private static RunView forkedView(LabState state, RunView view, Fork fork) {
        Run run = view.run();
        // All arms of an experiment are submitted together for each seed.
        return state.run(Run.id(run.experiment(), fork.arm(), run.seed())).orElseThrow();
    }
}
