package dev.retort.experiment.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.ExperimentSubmitted;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.RunReopened;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.EventSamples;
import dev.retort.experiment.event.StopKind;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What may happen when, and what it changes. */
final class LabStateTest extends Happening {
    @Test
    void aWholeLifeEndsInItsResult() {
        EventSamples.ofAllKinds().forEach(this::happen);
        RunView view = state.run(RUN).orElseThrow();
        assertEquals(RunState.SUCCEEDED, view.state());
        assertEquals(Map.of("accuracy", 0.1), view.values());
        assertEquals(List.of(7L, 15L), view.attempts().stream().map(Attempt::token).toList());
        assertEquals(10, Objects.requireNonNull(view.checkpoint()).step());
        assertEquals(view, state.resultOf(view.run().contentKey()).orElseThrow());
        assertEquals(4000 / 3.6e6 * 1, state.deviceHoursOfExperiment("e"), 1e-15);
        assertEquals(4000 / 3.6e6 * 1, state.deviceHoursOfHypothesis("h"), 1e-15);
        assertTrue(state.leasedBy("s").isEmpty());
        assertEquals("CONFIRMED", state.verdictsOn("h").getLast().outcome().name());
    }

    @Test
    void lateWritesAreFenced() {
        queued();
        happen(new RunAdmitted(RUN, 1, "s", "h", List.of()));
        long old = state.lastSeq();
        happen(new AttemptStarted(RUN, old, null));
        happen(new AttemptEnded(RUN, old, CauseOfEnd.LEASE_LOST, "gone", 5));
        happen(new RunQueued(RUN, 0, "again"));
        happen(new RunAdmitted(RUN, 2, "t", "h", List.of()));
        Checkpoint checkpoint = new Checkpoint(3, "p", "h", 1);
        for (Event late :
                List.of(
                        new CheckpointCommitted(RUN, old, checkpoint),
                        new AttemptStarted(RUN, old, null),
                        new AttemptEnded(RUN, old, CauseOfEnd.COMPLETED, "late", 9))) {
            RefusedException refused = refused(late);
            assertInstanceOf(FencedException.class, refused);
            assertEquals(
                    "the attempt with token "
                            + old
                            + " of run e/a/1 lost its lease: its writes are refused",
                    refused.getMessage());
        }
    }

    @Test
    void aHypothesisIsRegisteredOnceAndBefore() {
        Experiment experiment = Samples.experiment("e", "vision", "t", 1).hypothesis("h").build();
        assertTrue(
                String.valueOf(refused(new ExperimentSubmitted(experiment)).getMessage())
                        .contains("not registered"));
        happen(HypothesisRegistered.of(Samples.hypothesis("h")));
        happen(new ExperimentSubmitted(experiment));
        assertTrue(
                String.valueOf(
                                refused(HypothesisRegistered.of(Samples.hypothesis("h")))
                                        .getMessage())
                        .contains("registered already"));
    }

    @Test
    void onlyACompletedAttemptSucceeds() {
        queued();
        refused(new RunEnded(RUN, RunState.SUCCEEDED, "r", Map.of(), null, null));
        happen(new RunAdmitted(RUN, 1, "s", "h", List.of()));
        long token = state.lastSeq();
        refused(new RunEnded(RUN, RunState.CANCELLED, "r", Map.of(), null, null));
        happen(new AttemptEnded(RUN, token, CauseOfEnd.EXCEPTION, "d", 1));
        refused(new RunEnded(RUN, RunState.SUCCEEDED, "r", Map.of(), null, null));
        refused(new RunEnded(RUN, RunState.FAILED, "r", Map.of(), null, null));
        happen(new RunEnded(RUN, RunState.FAILED, "r", Map.of(), null, FailureClass.USER_CODE));
        refused(new RunQueued(RUN, 0, "again"));
    }

    @Test
    void whatIsBeingCancelledIsNotQueuedAgain() {
        queued();
        happen(new RunAdmitted(RUN, 1, "s", "h", List.of()));
        long token = state.lastSeq();
        happen(new StopRequested(RUN, StopKind.CANCEL, "enough"));
        happen(new AttemptEnded(RUN, token, CauseOfEnd.KILLED, "d", 1));
        refused(new RunQueued(RUN, 0, "again"));
        refused(new RunPaused(RUN, "later"));
        happen(RunEnded.without(RUN, RunState.CANCELLED, "enough"));
    }

    @Test
    void whatDivergedIsQueuedAgainOnlyAfterItEndedAsSuch() {
        queued();
        happen(new RunAdmitted(RUN, 1, "s", "h", List.of()));
        long token = state.lastSeq();
        happen(new StopRequested(RUN, StopKind.DIVERGE, "NaN"));
        LabState other = state.fork();
        other.apply(recorded(other, new AttemptEnded(RUN, token, CauseOfEnd.STOPPED, "d", 1)));
        RefusedException refused =
                assertThrows(
                        RefusedException.class,
                        () -> other.apply(recorded(other, new RunQueued(RUN, 0, "preempted"))));
        assertEquals(
                "run e/a/1 was asked to stop because it diverged and cannot be queued",
                refused.getMessage());
        happen(new AttemptEnded(RUN, token, CauseOfEnd.NOT_A_NUMBER, "d", 1));
        happen(new RunQueued(RUN, 0, "again"));
        assertEquals(null, state.run(RUN).orElseThrow().stop());
    }

    /** A weaker stop neither counts nor is refused: with it comes what must not be lost. */
    @Test
    void ofTwoStopsTheStrongerCounts() {
        queued();
        happen(new RunAdmitted(RUN, 1, "s", "h", List.of()));
        for (StopKind kind : StopKind.values()) {
            happen(new StopRequested(RUN, kind, "first"));
            for (StopKind other : StopKind.values()) {
                if (other.compareTo(kind) <= 0) {
                    happen(new StopRequested(RUN, other, "second"));
                }
            }
            StopRequested stop = Objects.requireNonNull(state.run(RUN).orElseThrow().stop());
            assertEquals(new StopRequested(RUN, kind, "first"), stop);
        }
    }

    /** Logs from before it was decided: each retry after running out of memory halved. */
    @Test
    void aRetryAfterRunningOutOfMemoryHalvesUnlessThatIsOnlyAdvised() {
        queued();
        Decision retry = new Decision(Decision.Kind.RETRY, RUN, "r", "retry/1", "i");
        Decision shrink = new Decision(Decision.Kind.SHRINK_BATCH, RUN, "r", "retry/1", "i");
        List<List<Event>> followed =
                List.of(
                        List.of(),
                        List.of(new DecisionMade(shrink)),
                        List.of(new DecisionAdvised(shrink)));
        int[] halvings = {1, 2, 2};
        for (int i = 0; i < halvings.length; i++) {
            happen(new RunAdmitted(RUN, i + 1, "s", "h", List.of()));
            long token = state.lastSeq();
            happen(new AttemptEnded(RUN, token, CauseOfEnd.OUT_OF_MEMORY, "d", 1));
            happen(new DecisionMade(retry));
            followed.get(i).forEach(this::happen);
            happen(new RunQueued(RUN, 0, "again"));
            assertEquals(halvings[i], state.run(RUN).orElseThrow().halvings());
        }
        assertEquals(3, state.acts("e", Decision.Kind.RETRY));
        happen(new RunAdmitted(RUN, 4, "s", "h", List.of()));
        long token = state.lastSeq();
        happen(new AttemptEnded(RUN, token, CauseOfEnd.LEASE_LOST, "gone", 1));
        happen(new DecisionMade(retry));
        assertEquals(3, state.acts("e", Decision.Kind.RETRY));
        // Whoever wants it again may have mended what took the memory.
        happen(new RunEnded(RUN, RunState.FAILED, "r", Map.of(), null, FailureClass.OUT_OF_MEMORY));
        happen(new RunReopened(RUN, "mended"));
        assertEquals(0, state.run(RUN).orElseThrow().halvings());
    }

    /** What runs took that pause, or wait again, is part of no mean until they end. */
    @Test
    void theMeanOfRunsThatEndedHoldsWhatTheyTookAndNoMore() {
        Experiment experiment = Samples.experiment("m", "vision", "t", 1, 2).build();
        happen(new ExperimentSubmitted(experiment));
        for (long seed : experiment.seeds()) {
            happen(new RunPlanned(experiment.run(experiment.arms().getFirst(), seed)));
            happen(new RunQueued("m/a/" + seed, 0, "submitted"));
        }
        took("m/a/1", 1, CauseOfEnd.STOPPED, 3_600_000);
        happen(new RunPaused("m/a/1", "later"));
        assertTrue(state.meanDeviceHours("m").isEmpty());
        took("m/a/2", 1, CauseOfEnd.KILLED, 1_800_000);
        happen(new RunQueued("m/a/2", 0, "again"));
        took("m/a/2", 2, CauseOfEnd.COMPLETED, 3_600_000);
        happen(new RunEnded("m/a/2", RunState.SUCCEEDED, "done", Map.of(), null, null));
        assertEquals(1.5, state.meanDeviceHours("m").orElseThrow(), 1e-12);
        assertEquals(2.5, state.deviceHoursOfExperiment("m"), 1e-12);
        happen(RunEnded.without("m/a/1", RunState.PRUNED, "hopeless"));
        assertEquals(1.25, state.meanDeviceHours("m").orElseThrow(), 1e-12);
        happen(new RunReopened("m/a/1", "after all"));
        took("m/a/1", 2, CauseOfEnd.COMPLETED, 7_200_000);
        happen(new RunEnded("m/a/1", RunState.SUCCEEDED, "done", Map.of(), null, null));
        assertEquals(1.5, state.meanDeviceHours("m").orElseThrow(), 1e-12);
    }

    private void took(String run, int attempt, CauseOfEnd cause, long millis) {
        happen(new RunAdmitted(run, attempt, "s", "h", List.of()));
        happen(new AttemptEnded(run, state.lastSeq(), cause, "d", millis));
    }

    @Test
    void aResultIsReusedOnlyByTheSameWork() {
        EventSamples.ofAllKinds().forEach(this::happen);
        Experiment other = Samples.experiment("f", "vision", "t", 1).build();
        Experiment same =
                new ExperimentBuilder("g", "vision")
                        .arm(EventSamples.EXPERIMENT.arms().getFirst())
                        .build();
        for (Experiment experiment : List.of(other, same)) {
            happen(new ExperimentSubmitted(experiment));
            happen(new RunPlanned(experiment.run(experiment.arms().getFirst(), 1)));
        }
        refused(new RunEnded("f/a/1", RunState.REUSED, "r", Map.of(), RUN, null));
        happen(new RunEnded("g/a/1", RunState.REUSED, "r", Map.of(), RUN, null));
    }

    @Test
    void theSameWorkIsNotAdmittedTwiceAtOnce() {
        queued();
        for (boolean reuse : List.of(true, false)) {
            Experiment same =
                    new ExperimentBuilder("reuse-" + reuse, "vision")
                            .arm(EventSamples.EXPERIMENT.arms().getFirst())
                            .reuse(reuse)
                            .build();
            happen(new ExperimentSubmitted(same));
            happen(new RunPlanned(same.run(same.arms().getFirst(), 1)));
            happen(new RunQueued("reuse-" + reuse + "/a/1", 0, "r"));
        }
        happen(new RunAdmitted(RUN, 1, "s", "h", List.of()));
        long token = state.lastSeq();
        assertEquals(
                "run reuse-true/a/1 cannot be admitted: the same work is being done by run " + RUN,
                refused(new RunAdmitted("reuse-true/a/1", 1, "t", "h", List.of())).getMessage());
        // Whoever does not want to reuse may do it again, and is a twin of others as well.
        happen(new RunAdmitted("reuse-false/a/1", 1, "t", "h", List.of()));
        long other = state.lastSeq();
        happen(new AttemptEnded(RUN, token, CauseOfEnd.KILLED, "d", 1));
        refused(new RunAdmitted("reuse-true/a/1", 1, "t", "h", List.of()));
        happen(new AttemptEnded("reuse-false/a/1", other, CauseOfEnd.KILLED, "d", 1));
        happen(new RunAdmitted("reuse-true/a/1", 1, "t", "h", List.of()));
    }

    /** Whoever admits it did not see yet that there is a result. Older logs do not say. */
    @Test
    void whatWasDoneIsAdmittedOnlyIfItIsToBeDoneAgain() {
        EventSamples.ofAllKinds().forEach(this::happen);
        Experiment same =
                new ExperimentBuilder("g", "vision")
                        .arm(EventSamples.EXPERIMENT.arms().getFirst())
                        .build();
        happen(new ExperimentSubmitted(same));
        happen(new RunPlanned(same.run(same.arms().getFirst(), 1)));
        happen(new RunQueued("g/a/1", 0, "r"));
        assertEquals(
                "run g/a/1 cannot be admitted: run " + RUN + " did the same work",
                refused(new RunAdmitted("g/a/1", 1, "t", "h", List.of(), false)).getMessage());
        for (Boolean again : Arrays.asList(true, null)) {
            LabState fork = state.fork();
            fork.apply(recorded(fork, new RunAdmitted("g/a/1", 1, "t", "h", List.of(), again)));
            assertEquals(RunState.ADMITTED, fork.run("g/a/1").orElseThrow().state());
        }
    }

    @Test
    void attemptsThatBrokeTheirProcessAreForgottenWhenOneCompletes() {
        queued();
        for (int i = 1; i <= 3; i++) {
            attempt(i, CauseOfEnd.NATIVE_CRASH);
            assertEquals(i, state.brokenAttempts("e", "a"));
            happen(new RunQueued(RUN, 0, "again"));
        }
        attempt(4, CauseOfEnd.NOT_WRITTEN);
        assertEquals(3, state.brokenAttempts("e", "a"));
        happen(new RunQueued(RUN, 0, "again"));
        attempt(5, CauseOfEnd.COMPLETED);
        assertEquals(0, state.brokenAttempts("e", "a"));
    }

    @Test
    void aCheckpointThatCannotBeUsedTwiceIsGivenUp() {
        queued();
        happen(new RunAdmitted(RUN, 1, "s", "h", List.of()));
        long token = state.lastSeq();
        happen(new CheckpointCommitted(RUN, token, new Checkpoint(3, "p", "h", 1)));
        happen(new AttemptEnded(RUN, token, CauseOfEnd.KILLED, "d", 1));
        happen(new RunQueued(RUN, 0, "again"));
        attempt(2, CauseOfEnd.CHECKPOINT_UNUSABLE);
        assertEquals(3, Objects.requireNonNull(state.run(RUN).orElseThrow().checkpoint()).step());
        happen(new RunQueued(RUN, 0, "again"));
        attempt(3, CauseOfEnd.CHECKPOINT_UNUSABLE);
        assertEquals(null, state.run(RUN).orElseThrow().checkpoint());
        assertEquals(0, state.brokenAttempts("e", "a"));
    }

    private void attempt(int number, CauseOfEnd cause) {
        happen(new RunAdmitted(RUN, number, "s", "h", List.of()));
        happen(new AttemptEnded(RUN, state.lastSeq(), cause, "d", 1));
    }

    @Test
    void aForkThatIsDroppedLeavesNoTrace() {
        queued();
        LabState fork = state.fork();
        fork.apply(recorded(fork, new RunAdmitted(RUN, 1, "s", "h", List.of())));
        assertEquals(RunState.ADMITTED, fork.run(RUN).orElseThrow().state());
        assertEquals(RunState.QUEUED, state.run(RUN).orElseThrow().state());
        assertTrue(state.leasedBy("s").isEmpty());
        fork.merge();
        assertEquals(RunState.ADMITTED, state.run(RUN).orElseThrow().state());
        assertEquals(Set.of(RUN), state.leasedBy("s"));
    }
}
