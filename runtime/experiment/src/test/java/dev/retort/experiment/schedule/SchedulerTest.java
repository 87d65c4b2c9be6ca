package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What goes when, in virtual time. */
final class SchedulerTest extends Simulation {
    /** A multiple of 16; {@code -Dretort.trials=10000} for the whole, whose ideal is 625 s. */
    private static final int TRIALS = Integer.getInteger("retort.trials", 3_200);

    @Test
    void trialsFillAllSlotsUntilTheEnd() {
        packed(800, Duration.ofSeconds(50));
    }

    /** No second is lost between trials. */
    @Test
    @Tag("slow")
    void manyTrialsOfASecondOnSixteenSlotsTakeTheIdealTime() {
        packed(TRIALS, Duration.ofSeconds(TRIALS / 16));
    }

    private void packed(int trials, Duration ideal) {
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofSeconds(1));
        lab.submit(Samples.experiment("e", "t", "x", Samples.seeds(trials)).build());
        long begin = time.nanos();
        start(16, launcher);
        assertTrue(time.runUntil(() -> ended() == trials, DAY, store));
        assertEquals(ideal.toNanos(), time.nanos() - begin);
        assertEquals(16, launcher.mostWorking);
        assertEquals(trials, lab.runs(RunFilter.all().in(RunState.SUCCEEDED)).size());
    }

    @Test
    void higherPrioritiesAndOlderRunsGoFirst() {
        lab.submit(Samples.experiment("low", "t", "x", 1, 2).build());
        lab.submit(Samples.experiment("high", "t", "x", 1, 2).priority(5).build());
        SimulatedLauncher launcher = completing();
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 4, DAY, store));
        assertEquals(List.of("high/a/1", "high/a/2", "low/a/1", "low/a/2"), names(launcher));
    }

    /** Once its back-off has passed, however many came after it. */
    @Test
    void anInterruptedRunKeepsItsPlace() {
        lab.submit(Samples.experiment("e", "t", "x", Samples.seeds(50)).build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> Duration.ofSeconds(1),
                        assignment ->
                                assignment.run().equals("e/a/1") && assignment.attempt() == 1
                                        ? AttemptResult.of(CauseOfEnd.KILLED, "killed")
                                        : SimulatedLauncher.completed());
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 50, DAY, store));
        int again = names(launcher).lastIndexOf("e/a/1");
        assertTrue(again > 0 && again < 25, "it went again as number " + again);
    }

    @Test
    void teamsGetTheirShares() {
        lab.submit(Samples.experiment("v", "vision", "x", Samples.seeds(60)).build());
        lab.submit(Samples.experiment("s", "speech", "x", Samples.seeds(60)).build());
        SimulatedLauncher launcher = completing();
        start(options(6).withShares(Map.of("vision", 2.0)), launcher);
        assertTrue(time.runUntil(() -> ended() == 60, DAY, store));
        long vision =
                lab.runs(RunFilter.ofExperiment("v")).stream()
                        .filter(view -> view.state() == RunState.SUCCEEDED)
                        .count();
        assertEquals(40, vision);
    }

    @Test
    void aLaterTeamDoesNotWaitForTheQueueOfAnother() {
        lab.submit(Samples.experiment("v", "vision", "x", Samples.seeds(100)).build());
        SimulatedLauncher launcher = completing();
        start(2, launcher);
        time.run(Duration.ofSeconds(5), store);
        lab.submit(Samples.experiment("s", "speech", "x", 1).build());
        time.run(Duration.ofSeconds(2), store);
        assertEquals(RunState.SUCCEEDED, state("s/a/1"));
    }

    @Test
    void smallRunsFillTheRoomUntilPatienceEnds() {
        lab.submit(Samples.experiment("first", "t", "x", 1).build());
        lab.submit(Samples.experiment("big", "t", "x", 1).resources(Resources.ofCores(4)).build());
        lab.submit(Samples.experiment("small", "t", "x", Samples.seeds(3000)).build());
        SimulatedLauncher launcher = completing();
        SchedulerOptions patient =
                options(4).withTimes(Duration.ofSeconds(20), DAY, Duration.ofSeconds(100));
        start(patient, launcher);
        time.run(Duration.ofSeconds(50), store);
        time.jump(Duration.ofDays(1));
        time.run(Duration.ofSeconds(40), store);
        assertEquals(RunState.QUEUED, state("big/a/1"));
        assertTrue(ended() > 300);
        time.run(Duration.ofSeconds(15), store);
        assertEquals(RunState.SUCCEEDED, state("big/a/1"));
    }

    @Test
    void aRunThatNeverFitsIsHeldWithTheReason() {
        lab.submit(Samples.experiment("e", "t", "x", 1).resources(new Resources(1, 2)).build());
        lab.submit(Samples.experiment("f", "t", "x", 1).build());
        Scheduler scheduler = start(4, completing());
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        assertEquals(
                "run e/a/1 is held: it needs 1 core and 2 devices, and this scheduler has 4 cores",
                why(scheduler, "e/a/1"));
    }

    @Test
    void devicesAreGivenOutOnce() {
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(10))
                        .resources(new Resources(1, 1))
                        .build());
        SimulatedLauncher launcher = completing();
        SchedulerOptions options =
                SchedulerOptions.standard(folder, new Capacity(8, List.of(2, 5)));
        start(options, launcher);
        assertTrue(time.runUntil(() -> ended() == 10, DAY, store));
        assertEquals(2, launcher.mostWorking);
        assertEquals(
                List.of(List.of(2), List.of(5)),
                launcher.launched.stream().limit(2).map(Assignment::devices).toList());
    }

    @Test
    void sharesOutliveTheScheduler() {
        lab.submit(Samples.experiment("v", "vision", "x", Samples.seeds(3)).build());
        Scheduler first = start(1, SimulatedLauncher.completing(time, Duration.ofMinutes(10)));
        assertTrue(time.runUntil(() -> ended() == 3, DAY, store));
        closeWhileTimePasses(first);
        // A clock that jumps charges nobody, and makes nobody forget.
        time.jump(Duration.ofDays(-3));
        lab.submit(Samples.experiment("a", "speech", "x", Samples.seeds(2)).build());
        lab.submit(Samples.experiment("w", "vision", "x", Samples.seeds(2)).build());
        SimulatedLauncher launcher = completing();
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 7, DAY, store));
        assertEquals(List.of("a/a/1", "a/a/2", "w/a/1", "w/a/2"), names(launcher));
    }

    @Test
    void anAdmissionSaysWhy() {
        lab.submit(Samples.experiment("e", "t", "x", 1).priority(3).build());
        start(1, completing());
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        List<Decision> admissions =
                store.events(0, 100).stream()
                        .map(RecordedEvent::event)
                        .filter(DecisionMade.class::isInstance)
                        .map(event -> ((DecisionMade) event).decision())
                        .toList();
        assertEquals(1, admissions.size());
        assertEquals(Decision.Kind.ADMIT, admissions.getFirst().kind());
        assertEquals(
                "first by share, priority 3 and age: team t holds 0",
                admissions.getFirst().reason());
    }

    @Test
    void theSameWorkIsDoneOnce() {
        for (String id : List.of("e", "f", "g")) {
            lab.submit(
                    new ExperimentBuilder(id, "t")
                            .arm(Samples.arm("same", "x", Map.of("k", 1)))
                            .reuse(!id.equals("g"))
                            .build());
        }
        SimulatedLauncher launcher = completing();
        Scheduler scheduler = start(3, launcher);
        time.run(Duration.ofMillis(10), store);
        assertEquals(
                "run f/same/1 is held: the same work is being done by run e/same/1",
                why(scheduler, "f/same/1"));
        assertEquals(
                "the same work is being done by run e/same/1",
                Holds.of(store, "f/same/1", time.now(), 0).orElseThrow());
        assertTrue(time.runUntil(() -> ended() == 3, DAY, store));
        assertEquals(List.of("e/same/1", "g/same/1"), names(launcher));
        RunView reused = lab.run("f/same/1").orElseThrow();
        assertEquals(RunState.REUSED, reused.state());
        assertEquals("e/same/1", reused.reusedOf());
        assertEquals(Map.of("m", 1.0), reused.values());
        assertEquals(1, decisions("REUSE"));
    }

    @Test
    void waitingRunsAreCancelledAtOnceAndRunningOnesKilledAfterTheGrace() {
        lab.submit(Samples.experiment("e", "t", "x", 1, 2).build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofHours(9));
        start(1, launcher);
        time.run(Duration.ofSeconds(1), store);
        lab.cancel("e/a/2", "enough");
        assertEquals(RunState.CANCELLED, state("e/a/2"));
        lab.cancel("e/a/1", "enough");
        time.run(Duration.ofSeconds(29), store);
        assertEquals(RunState.RUNNING, state("e/a/1"));
        time.run(Duration.ofSeconds(2), store);
        assertEquals(RunState.CANCELLED, state("e/a/1"));
        assertEquals(Map.of("e/a/1", 1), launcher.killed);
        assertThrows(RefusedException.class, () -> lab.cancel("e/a/1", "again"));
    }

    @Test
    void aPausedRunGoesOnWhenItIsResumed() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofMinutes(3));
        start(1, launcher);
        time.run(Duration.ofSeconds(1), store);
        lab.pause("e/a/1", "for a while");
        time.run(Duration.ofMinutes(1), store);
        assertEquals(RunState.PAUSED, state("e/a/1"));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(RunState.PAUSED, state("e/a/1"));
        lab.resume("e/a/1");
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        assertEquals(RunState.SUCCEEDED, state("e/a/1"));
        assertEquals(2, lab.run("e/a/1").orElseThrow().attempts().size());
    }

    /** Asked when it is recorded: another process may have ended it just before. */
    @Test
    void onlyAPausedRunIsResumed() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        assertEquals("run e/a/1 is QUEUED: expected one that is paused", notResumed("e/a/1"));
        lab.pause("e/a/1", "for a while");
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            new Lab(other, "bob").cancel("e/a/1", "enough");
        }
        assertEquals("run e/a/1 is CANCELLED: expected one that is paused", notResumed("e/a/1"));
        assertEquals("run e/a/2 does not exist", notResumed("e/a/2"));
    }

    private @Nullable String notResumed(String run) {
        return assertThrows(RefusedException.class, () -> lab.resume(run)).getMessage();
    }

    @Test
    void aPrunedRunIsNoFailure() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        start(1, SimulatedLauncher.completing(time, Duration.ofHours(1)));
        time.run(Duration.ofSeconds(1), store);
        lab.prune("e/a/1", "behind the median");
        time.run(Duration.ofMinutes(1), store);
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(RunState.PRUNED, view.state());
        assertEquals("behind the median", view.reason());
        assertEquals(null, view.failure());
    }

    @Test
    void aResultThatCameBeforeTheCancellationCounts() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        start(1, SimulatedLauncher.completing(time, Duration.ofSeconds(5)));
        time.run(Duration.ofSeconds(1), store);
        lab.cancel("e/a/1", "enough");
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        assertEquals(RunState.SUCCEEDED, state("e/a/1"));
    }
}
