package dev.retort.experiment.state;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Fork;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptMeasured;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.AttemptStepped;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.ExperimentSubmitted;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.event.Event.PackingWeighed;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.RunReopened;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.event.Event.SearchClosed;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.event.Event.VerdictReached;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.packing.Weighing;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The rules: what may happen as things stand, and what it changes. */
final class Fold {
    private final LabState state;
    private final RecordedEvent recorded;

    Fold(LabState state, RecordedEvent recorded) {
        this.state = state;
        this.recorded = recorded;
    }

    void apply() {
        switch (recorded.event()) {
            case HypothesisRegistered event ->
                    new HypothesisFold(state).register(event, recorded.seq());
            case ExperimentSubmitted event -> submit(event.experiment());
            case RunPlanned event -> plan(event.run());
            case RunQueued event -> queue(event);
            case RunAdmitted event -> admit(event);
            case AttemptStarted event -> start(event);
            // How long it took to get there is the matter of velocity.
            case AttemptStepped event -> current(known(event.run()), event.token());
            case CheckpointCommitted event -> {
                RunView view = known(event.run());
                current(view, event.token());
                state.put(view.with(event.checkpoint()));
                new TrialFold(state).keep(view, event.checkpoint());
            }
            case MetricsSealed event -> {
                RunView view = known(event.run());
                current(view, event.token());
                state.put(view.with(event));
            }
            case AttemptMeasured event -> {
                RunView view = known(event.run());
                current(view, event.token());
                new PackingFold(state).measured(view, event);
            }
            case PackingWeighed(Weighing weighing) -> {
                weighing.members().forEach(member -> known(member.run()));
                new PackingFold(state).weighed(weighing);
            }
            case AttemptEnded event -> end(event);
            case StopRequested event -> askToStop(event);
            case RunPaused event -> {
                RunView view = idle(event.run(), "be paused");
                refuseIfAskedForMore(view, StopKind.PAUSE, "be paused");
                state.put(view.paused(recorded.wallMillis(), event.reason()));
            }
            case RunEnded event -> end(event);
            case RunReported event -> {
                RunView view = known(event.run());
                current(view, event.token());
                new TrialFold(state).report(view, event);
            }
            case TrialProposed event -> new TrialFold(state).propose(event);
            case TrialDecided event -> new TrialFold(state).decide(event);
            case SearchClosed event -> new TrialFold(state).close(event);
            case RunReopened event -> reopen(event);
            case DecisionMade(Decision made) -> new ActFold(state).made(known(made.run()), made);
            case DecisionAdvised(Decision advised) ->
                    new ActFold(state).advised(known(advised.run()), advised);
            case VerdictReached event -> new HypothesisFold(state).decide(event.verdict());
        }
    }

    private void submit(Experiment experiment) {
        refuseIf(
                state.experiments.get(experiment.id()) != null,
                () -> "experiment %s exists already".formatted(experiment.id()));
        new HypothesisFold(state).submit(experiment);
        state.experiments.put(experiment.id(), experiment);
        if (experiment.search() == null) {
            experiment.hypotheses().stream()
                    .filter(hypothesis -> state.deciders.get(hypothesis) == null)
                    .forEach(hypothesis -> state.deciders.put(hypothesis, experiment.id()));
        }
        for (Arm arm : experiment.arms()) {
            state.arms.put(experiment.id() + "/" + arm.name(), arm);
            Fork fork = arm.fork();
            if (fork != null) {
                String forked = experiment.id() + "/" + fork.arm();
                Set<Long> steps = new TreeSet<>(state.forksOf(forked));
                steps.add(fork.step());
                state.forks.put(forked, steps);
            }
        }
    }

    private void plan(Run run) {
        Experiment experiment = state.experiments.get(run.experiment());
        if (experiment == null) {
            throw new RefusedException(
                    "run " + run.id() + " names an experiment that does not exist");
        }
        Arm arm =
                state.arm(experiment, run.arm())
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                "run %s names an arm that its experiment has not"
                                                        .formatted(run.id())));
        refuseIf(
                !experiment.run(arm, run.seed()).equals(run),
                () ->
                        "run %s does not have the content key of its arm and seed"
                                .formatted(run.id()));
        refuseIf(
                state.runs.get(run.id()) != null,
                () -> "run %s exists already".formatted(run.id()));
        state.put(RunView.planned(run, recorded.wallMillis()));
    }

    private void queue(RunQueued event) {
        RunView view = idle(event.run(), "be queued");
        refuseIf(
                view.state() == RunState.QUEUED,
                () -> "run %s is queued already".formatted(event.run()));
        if (!isTriedAgain(view)) {
            refuseIfAskedForMore(view, StopKind.PREEMPT, "be queued");
        }
        state.put(view.queued(recorded.wallMillis(), event.notBeforeMillis(), event.reason()));
    }

    private void reopen(RunReopened event) {
        RunView view = known(event.run());
        refuseIf(
                !view.state().isWithoutResult(),
                () ->
                        "run %s is %s and cannot be tried again: expected one that ended without a result"
                                .formatted(event.run(), view.state()));
        state.put(view.reopened(recorded.wallMillis(), event.reason()));
        state.broken.put(view.run().experiment() + "/" + view.run().arm(), 0);
    }

    private void admit(RunAdmitted event) {
        RunView view = known(event.run());
        refuseIf(
                view.state() != RunState.QUEUED,
                () ->
                        "run %s is %s and cannot be admitted: expected QUEUED"
                                .formatted(event.run(), view.state()));
        refuseIf(
                event.attempt() != view.attempts().size() + 1,
                () ->
                        "run %s cannot be admitted for attempt %s after %s attempts"
                                .formatted(event.run(), event.attempt(), view.attempts().size()));
        refuseTwin(view, event);
        Attempt attempt =
                Attempt.admitted(
                        event.attempt(),
                        recorded.seq(),
                        event.scheduler(),
                        event.host(),
                        event.devices(),
                        recorded.wallMillis(),
                        recorded.monotonicNanos());
        state.put(
                view.withNew(attempt)
                        .in(RunState.ADMITTED, recorded.wallMillis(), "on " + event.host()));
        state.lease(event.scheduler(), view, true);
    }

    /**
     * Whoever admits it may not have seen yet that another scheduler admitted the same work, or has
     * its result.
     */
    private void refuseTwin(RunView view, RunAdmitted event) {
        if (Boolean.FALSE.equals(event.again())) {
            state.resultOf(view.run().contentKey())
                    .ifPresent(
                            twin -> {
                                throw new RefusedException(
                                        "run %s cannot be admitted: run %s did the same work"
                                                .formatted(view.run().id(), twin.run().id()));
                            });
        }
        if (state.experimentOf(view).reuse()) {
            state.activeOf(view.run().contentKey())
                    .ifPresent(
                            twin -> {
                                throw new RefusedException(
                                        "run %s cannot be admitted: the same work is being done by run %s"
                                                .formatted(view.run().id(), twin.run().id()));
                            });
        }
    }

    private void start(AttemptStarted event) {
        RunView view = known(event.run());
        Attempt attempt = current(view, event.token());
        refuseIf(
                view.state() != RunState.ADMITTED,
                () -> "run %s has begun already".formatted(event.run()));
        state.put(
                view.withLast(attempt.startedAs(event.pid(), event.process()))
                        .in(RunState.RUNNING, recorded.wallMillis(), "on " + attempt.host()));
    }

    private void end(AttemptEnded event) {
        RunView view = known(event.run());
        Attempt attempt = current(view, event.token());
        Long part = event.chargedMillis();
        long charged = part == null ? event.elapsedMillis() : part;
        Attempt.End end =
                new Attempt.End(
                        event.cause(),
                        event.detail(),
                        event.elapsedMillis(),
                        charged,
                        recorded.wallMillis());
        RunView ended = view.withLast(attempt.withEnd(end));
        state.put(ended.isTwiceUnusable() ? ended.withoutCheckpoint() : ended);
        UseFold use = new UseFold(state);
        if (event.elapsedMillis() > 0) {
            // What was done elsewhere and imported has no clock here.
            use.tick(recorded);
        }
        use.charge(view, charged);
        state.lease(attempt.scheduler(), view, false);
        String arm = view.run().experiment() + "/" + view.run().arm();
        if (event.cause().isPoisonous()) {
            Integer before = state.broken.get(arm);
            state.broken.put(arm, (before == null ? 0 : before) + 1);
        } else if (event.cause() == CauseOfEnd.COMPLETED) {
            state.broken.put(arm, 0);
        }
    }

    private void askToStop(StopRequested event) {
        RunView view = known(event.run());
        refuseIf(
                !view.state().isActive(),
                () ->
                        "run %s is %s: only an attempt can be asked to stop"
                                .formatted(event.run(), view.state()));
        StopRequested before = view.stop();
        if (before == null || event.kind().compareTo(before.kind()) > 0) {
            state.put(view.asked(event));
        }
    }

    /** One that was to stop as it diverged, and ended as such a one, may be tried once more. */
    private static boolean isTriedAgain(RunView view) {
        StopRequested stop = view.stop();
        return stop != null
                && stop.kind() == StopKind.DIVERGE
                && view.lastAttempt()
                        .map(Attempt::end)
                        .filter(end -> end.cause() == CauseOfEnd.NOT_A_NUMBER)
                        .isPresent();
    }

    /** What follows a stop was decided before a stronger one was asked for. */
    private static void refuseIfAskedForMore(RunView view, StopKind done, String what) {
        StopRequested stop = view.stop();
        refuseIf(
                stop != null && stop.kind().compareTo(done) > 0,
                () ->
                        "run %s was asked to %s and cannot %s"
                                .formatted(
                                        view.run().id(),
                                        Objects.requireNonNull(stop).kind().words(),
                                        what));
    }

    private void end(RunEnded event) {
        refuseIf(
                !event.state().isFinal(),
                () -> "run %s cannot end in %s".formatted(event.run(), event.state()));
        RunView view = idle(event.run(), "end in " + event.state());
        boolean completed =
                view.lastAttempt()
                        .map(Attempt::end)
                        .map(end -> end.cause() == CauseOfEnd.COMPLETED)
                        .orElse(false);
        refuseIf(
                event.state() == RunState.SUCCEEDED && !completed,
                () ->
                        "run %s cannot succeed: its last attempt did not complete"
                                .formatted(event.run()));
        refuseIf(
                (event.state() == RunState.FAILED) != (event.failure() != null),
                () ->
                        "run %s ends in %s: a failed run has a kind of failure, and no other"
                                .formatted(event.run(), event.state()));
        if (event.state() == RunState.PRUNED) {
            refuseIfAskedForMore(view, StopKind.PRUNE, "be pruned");
        }
        if (event.state() == RunState.REUSED) {
            checkReuse(view, event);
        }
        state.put(view.ended(event, recorded.wallMillis()));
        new UseFold(state).finish(view);
        new TrialFold(state).end(view, event);
    }

    private void checkReuse(RunView view, RunEnded event) {
        String source = event.reusedOf();
        RunView of = source == null ? null : state.runs.get(source);
        if (of == null
                || of.state() != RunState.SUCCEEDED
                || !of.run().contentKey().equals(view.run().contentKey())) {
            throw new RefusedException(
                    "run "
                            + event.run()
                            + " cannot take the result of "
                            + source
                            + ": expected a run of the same content key that succeeded");
        }
    }

    private RunView known(String run) {
        RunView view = state.runs.get(run);
        if (view == null) {
            throw new RefusedException("run " + run + " does not exist");
        }
        return view;
    }

    /** A run that is not final and has no attempt. */
    private RunView idle(String run, String what) {
        RunView view = known(run);
        refuseIf(
                view.state().isFinal(),
                () -> "run %s is %s and cannot %s".formatted(run, view.state(), what));
        refuseIf(
                view.openAttempt().isPresent(),
                () -> "run %s has a running attempt and cannot %s".formatted(run, what));
        return view;
    }

    /** The attempt that has not ended, if the token is its own. */
    private static Attempt current(RunView view, long token) {
        Attempt attempt = view.openAttempt().orElse(null);
        if (attempt == null || attempt.token() != token) {
            throw new FencedException(
                    "the attempt with token "
                            + token
                            + " of run "
                            + view.run().id()
                            + " lost its lease: its writes are refused");
        }
        return Objects.requireNonNull(attempt);
    }

    static void refuseIf(boolean refused, Supplier<String> message) {
        if (refused) {
            throw new RefusedException(message.get());
        }
    }
}
