package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Budget;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.worker.Assignment;

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
    void aSpentBudgetAdmitsNothingMore() {
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(9))
                        .budget(Budget.ofDeviceHours(0.03))
                        .build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofSeconds(36));
        Scheduler scheduler = start(1, launcher);
        time.run(Duration.ofMinutes(5), store);
        assertEquals(3, ended());
        assertEquals(
                "run e/a/4 is held: the budget of experiment e is spent: 0.0300 of 0.0300"
                        + " device-hours",
                why(scheduler, "e/a/4"));
    }

    @Test
    void theBudgetOfAHypothesisCoversItsExperimentsAndMoneyIsCounted() {
        var h =
                new Hypothesis(
                        "h",
                        "t",
                        "s",
                        "m",
                        Direction.LOWER_IS_BETTER,
                        1,
                        0.05,
                        new Budget(null, 0.05, null));
        lab.register(h);
        for (String id : List.of("e", "f")) {
            lab.submit(Samples.experiment(id, "t", "x", Samples.seeds(4)).hypothesis("h").build());
        }
        SchedulerOptions options = options(1).withPricePerDeviceHour(2.5);
        Scheduler scheduler =
                start(options, SimulatedLauncher.completing(time, Duration.ofSeconds(36)));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(2, ended());
        assertEquals(
                "run f/a/1 is held: the budget of hypothesis h is spent: 0.05 of 0.05 in money",
                why(scheduler, "f/a/1"));
        // Also where the scheduler is another process.
        assertEquals(
                "the budget of hypothesis h is spent: 0.05 of 0.05 in money",
                Holds.of(store, "f/a/1", time.now(), 2.5).orElseThrow());
        assertTrue(Holds.of(store, "e/a/1", time.now(), 2.5).isEmpty(), "it has ended");
    }

    /** All of them would fit at once, and take twice the budget together. */
    @Test
    void runsInProgressCountWithWhatTheyAreSaidToTake() {
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(9))
                        .budget(new Budget(0.05, null, null, 0.01))
                        .build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofSeconds(36));
        Scheduler scheduler = start(9, launcher);
        time.run(Duration.ofSeconds(1), store);
        assertEquals(5, launcher.working);
        assertEquals(
                "run e/a/6 is held: the budget of experiment e leaves too little: 0.00 spent,"
                        + " 0.0500 for runs in progress and 0.0100 for this one of 0.0500 device-hours",
                why(scheduler, "e/a/6"));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(5, ended());
    }

    /** Whichever of those in progress ends early leaves more, not only the first by name. */
    @Test
    void whoIsHeldForABudgetGoesWhenAnyOfThoseInProgressLeavesEnough() {
        lab.submit(
                Samples.experiment("e", "t", "x", 1, 2, 3)
                        .budget(new Budget(10.0, null, null, 4.0))
                        .build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        assignment -> Duration.ofHours(assignment.seed() == 2 ? 1 : 4),
                        _ -> SimulatedLauncher.completed());
        start(3, launcher);
        time.run(Duration.ofMinutes(59), store);
        assertEquals(List.of("e/a/1", "e/a/2"), names(launcher));
        time.run(Duration.ofMinutes(2), store);
        assertEquals(RunState.RUNNING, state("e/a/3"));
    }

    /** What a run takes in the mean is less once a person ends one that took little. */
    @Test
    void whoIsHeldForABudgetWithNothingInProgressIsLookedAtAgain() {
        lab.submit(
                Samples.experiment("e", "t", "x", 1, 2, 3)
                        .budget(Budget.ofDeviceHours(3.5))
                        .build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        assignment -> Duration.ofHours(assignment.seed() == 2 ? 2 : 9),
                        _ -> SimulatedLauncher.completed());
        Scheduler scheduler = start(1, launcher);
        time.run(Duration.ofMinutes(6), store);
        lab.pause("e/a/1", "for a while");
        time.run(Duration.ofHours(3), store);
        assertTrue(
                why(scheduler, "e/a/3")
                        .endsWith(
                                "leaves too little: 2.11 spent, 0.00 for runs in progress and 2.00"
                                        + " for this one of 3.50 device-hours"),
                why(scheduler, "e/a/3"));
        lab.prune("e/a/1", "it takes too long");
        time.run(Duration.ofMinutes(1), store);
        assertEquals(RunState.RUNNING, state("e/a/3"));
    }

    /** The first says what those take that follow; one that takes less lets another go. */
    @Test
    void runsInProgressCountWithTheMeanOfThoseThatEnded() {
        lab.submit(Samples.experiment("first", "t", "x", 1).build());
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(20))
                        .budget(Budget.ofDeviceHours(0.05))
                        .priority(-1)
                        .build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        assignment -> Duration.ofSeconds(assignment.seed() == 1 ? 36 : 18),
                        _ -> SimulatedLauncher.completed());
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() >= 2, DAY, store));
        time.run(Duration.ofMinutes(9), store);
        double spent = store.read(state -> state.deviceHoursOfExperiment("e"));
        assertTrue(spent > 0.04 && spent <= 0.05, spent + " of 0.05");
    }

    /** Nobody said what a run takes, and none has ended: they count with what they took so far. */
    @Test
    void whatRunsOfOtherSchedulersTookSoFarCounts() {
        lab.submit(
                Samples.experiment("e", "t", "x", 1, 2, 3)
                        .budget(Budget.ofDeviceHours(2))
                        .build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofHours(9));
        start(2, launcher);
        time.run(Duration.ofHours(1).plusSeconds(60), store);
        assertEquals(List.of("e/a/1", "e/a/2"), names(launcher));
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            Scheduler second =
                    Scheduler.start(other, options(1), launcher, time, host.machine());
            time.run(Duration.ofSeconds(1), store, other);
            assertEquals(
                    "run e/a/3 is held: the budget of experiment e leaves too little: 0.00 spent,"
                            + " 2.03 for runs in progress and 0.00 for this one of 2.00"
                            + " device-hours",
                    why(second, "e/a/3"));
        }
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
    void nothingIsAdmittedAfterTheDeadline() {
        var deadline = time.now().plusSeconds(10);
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(20))
                        .budget(new Budget(null, null, deadline))
                        .build());
        start(1, completing());
        time.run(Duration.ofMinutes(1), store);
        assertEquals(10, ended());
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
