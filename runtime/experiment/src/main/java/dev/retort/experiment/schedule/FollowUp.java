package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.event.Event.PackingWeighed;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.packing.Packing;
import dev.retort.experiment.packing.Weighing;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.worker.AttemptResult;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** What follows the end of an attempt: a function of the run, the end and the policy. */
final class FollowUp {
    private final RetryPolicy policy;
    private final Acts acts;

    FollowUp(RetryPolicy policy, Acts acts) {
        this.policy = policy;
        this.acts = acts;
    }

    /**
     * The events.
     *
     * @param state how the lab stands
     * @param view the run, whose last attempt has not ended
     * @param result how it ended
     * @param elapsedMillis how long it held its resources
     * @param ending what else is known of it
     * @param stopped why its scheduler ended it although nobody asked for that, or {@code null}
     * @param now the time
     */
    List<Event> of(
            LabState state,
            RunView view,
            AttemptResult result,
            long elapsedMillis,
            Ending ending,
            @Nullable String stopped,
            Instant now) {
        String run = view.run().id();
        Attempt attempt = view.openAttempt().orElseThrow();
        List<Event> events = new ArrayList<>();
        AttemptResult.MetricsFile metrics = result.metrics();
        if (metrics != null) {
            events.add(
                    new MetricsSealed(
                            run,
                            attempt.token(),
                            metrics.path(),
                            metrics.sha256(),
                            metrics.points(),
                            metrics.dropped()));
        }
        boolean unfinished =
                result.cause() != CauseOfEnd.COMPLETED && result.cause() != CauseOfEnd.INFEASIBLE;
        StopRequested stop = view.stop();
        boolean asked = unfinished && (stop != null || stopped != null);
        AttemptResult end = asked ? stopped(result, stop) : unasked(result);
        CauseOfEnd cause = end.cause();
        if (ending.measured() != null) {
            events.add(ending.measured());
        }
        events.add(
                new AttemptEnded(
                        run,
                        attempt.token(),
                        cause,
                        end.detail(),
                        elapsedMillis,
                        ending.chargedMillis()));
        Weighing shared = cause == CauseOfEnd.OUT_OF_MEMORY ? ending.shared() : null;
        if (asked && stop != null) {
            switch (stop.kind()) {
                case PAUSE -> events.add(new RunPaused(run, stop.reason()));
                case PREEMPT -> events.add(new RunQueued(run, 0, stop.reason()));
                case PRUNE -> events.add(RunEnded.without(run, RunState.PRUNED, stop.reason()));
                case DIVERGE -> follow(events, state, view, end, now);
                case CANCEL -> events.add(RunEnded.without(run, RunState.CANCELLED, stop.reason()));
            }
        } else if (asked && cause.failure() == null) {
            events.add(new RunQueued(run, 0, Objects.requireNonNull(stopped)));
        } else if (shared != null) {
            goOnAlone(events, shared);
        } else {
            follow(events, state, view, end, now);
        }
        return events;
    }

    /** What ran out is the memory that it shared: no failure of its own, whatever rules may do. */
    private static void goOnAlone(List<Event> events, Weighing shared) {
        Decision decision = Packing.decide(shared).orElseThrow();
        events.add(new PackingWeighed(shared));
        events.add(new DecisionMade(decision));
        events.add(new RunQueued(decision.run(), 0, decision.reason()));
    }

    /** One that diverged failed however it stopped; one that had to be killed did not fail. */
    private static AttemptResult stopped(AttemptResult result, @Nullable StopRequested stop) {
        if (stop != null && stop.kind() == StopKind.DIVERGE) {
            return AttemptResult.of(CauseOfEnd.NOT_A_NUMBER, stop.reason());
        }
        return result.cause() == CauseOfEnd.KILLED
                ? AttemptResult.of(CauseOfEnd.KILLED_AT_STOP, result.detail())
                : result;
    }

    /** A task that stops when it likes is at fault, and must not be tried for ever. */
    private static AttemptResult unasked(AttemptResult result) {
        return result.cause() == CauseOfEnd.STOPPED
                ? AttemptResult.of(
                        CauseOfEnd.EXCEPTION,
                        "its task returned Stopped, and nobody had asked it to stop")
                : result;
    }

    private void follow(
            List<Event> events, LabState state, RunView view, AttemptResult result, Instant now) {
        String run = view.run().id();
        FailureClass failure = result.cause().failure();
        if (failure != null) {
            fail(events, view, failure, result.detail(), now, acts.to(view, state));
        } else if (result.cause() == CauseOfEnd.COMPLETED) {
            String compared =
                    Reruns.compared(state, view)
                            .map(source -> Reruns.comparison(source, result.values()))
                            .orElse("");
            events.add(
                    new RunEnded(
                            run,
                            RunState.SUCCEEDED,
                            "it completed" + compared,
                            result.values(),
                            null,
                            null));
        } else {
            events.add(RunEnded.without(run, RunState.INFEASIBLE, result.detail()));
        }
    }

    private void fail(
            List<Event> events,
            RunView view,
            FailureClass failure,
            String detail,
            Instant now,
            Predicate<Decision.Kind> may) {
        String run = view.run().id();
        int failures = 1 + failures(view, failure);
        int allowed = policy.attempts(failure);
        // What its scheduler lost is no failure of the run, and goes on whatever rules may do.
        boolean advised = failure != FailureClass.INTERRUPTED && !may.test(Decision.Kind.RETRY);
        boolean again = failures < allowed && !advised;
        String reason =
                failure
                        + ", "
                        + failures
                        + " of "
                        + allowed
                        + (allowed == 1 ? " attempt: " : " attempts: ")
                        + detail;
        String inputs = Json.sha256(List.of(run, failure.name(), failures, allowed));
        if (failures < allowed && advised) {
            events.add(
                    new DecisionAdvised(
                            new Decision(
                                    Decision.Kind.RETRY, run, reason, RetryPolicy.NAME, inputs)));
        }
        events.add(
                new DecisionMade(
                        new Decision(
                                again ? Decision.Kind.RETRY : Decision.Kind.GIVE_UP,
                                run,
                                reason,
                                RetryPolicy.NAME,
                                inputs)));
        if (again && failure == FailureClass.OUT_OF_MEMORY) {
            events.add(shrink(run, failures, inputs, may));
        }
        if (again) {
            long next =
                    failure == FailureClass.INTERRUPTED
                            ? 0
                            : now.plus(policy.backOff(run, failures)).toEpochMilli();
            events.add(new RunQueued(run, next, reason));
        } else {
            events.add(new RunEnded(run, RunState.FAILED, reason, Map.of(), null, failure));
        }
    }

    private static Event shrink(
            String run, int failures, String inputs, Predicate<Decision.Kind> may) {
        Decision decision =
                new Decision(
                        Decision.Kind.SHRINK_BATCH,
                        run,
                        "after running out of memory "
                                + failures
                                + (failures == 1 ? " time" : " times")
                                + " its micro-batch is divided by 2 once more",
                        RetryPolicy.NAME,
                        inputs);
        return may.test(Decision.Kind.SHRINK_BATCH)
                ? new DecisionMade(decision)
                : new DecisionAdvised(decision);
    }

    /** What was forgiven when a person had it tried again does not count. */
    private static int failures(RunView view, FailureClass failure) {
        int count = 0;
        List<Attempt> attempts = view.attempts();
        for (Attempt attempt : attempts.subList(view.forgiven(), attempts.size())) {
            Attempt.End end = attempt.end();
            boolean own = view.alone() == null || view.alone() != attempt.token();
            if (own && end != null && end.cause().failure() == failure) {
                count++;
            }
        }
        return count;
    }

    /**
     * What a scheduler that is gone leaves behind.
     *
     * @param view the run
     * @param there whether the process of its attempt is there all the same
     */
    static AttemptResult lost(RunView view, boolean there) {
        Attempt attempt = view.openAttempt().orElseThrow();
        return AttemptResult.of(
                CauseOfEnd.LEASE_LOST,
                "scheduler "
                        + attempt.scheduler()
                        + " on "
                        + attempt.host()
                        + " is gone"
                        + (there ? ", and process " + attempt.pid() + " could not be ended" : ""));
    }

    /** What an admission leaves behind that was recorded and not confirmed. */
    static AttemptResult unconfirmed() {
        return AttemptResult.of(
                CauseOfEnd.LEASE_LOST, "it was admitted, and its scheduler was not told");
    }
}
