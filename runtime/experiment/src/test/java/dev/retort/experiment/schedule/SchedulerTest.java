package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Budget;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** What goes when, and what follows, in virtual time. */
final class SchedulerTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir private Path folder;

    private final VirtualTime time = new VirtualTime();
    private EventStore store;
    private Lab lab;

    @BeforeEach
    void open() {
        store = EventStore.open(url(), time::now, time::nanos);
        lab = new Lab(store, "ada");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void trialsFillAllSlotsUntilTheEnd() {
        packed(800, Duration.ofSeconds(50));
    }

    /** The ideal is 625 s: no second is lost between trials. */
    @Test
    @Tag("slow")
    void tenThousandTrialsOfASecondOnSixteenSlotsTakeTheIdealTime() {
        packed(10_000, Duration.ofSeconds(625));
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
        time.run(Duration.ofSeconds(90), store);
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
    void failuresOfTheMachineAreRetriedWithGrowingWaits() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher launcher =
                ending(AttemptResult.of(CauseOfEnd.KILLED, "its process was killed"));
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(RunState.FAILED, view.state());
        assertEquals(FailureClass.INFRASTRUCTURE, view.failure());
        assertEquals(5, view.attempts().size());
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i < 5; i++) {
            Attempt.End before = view.attempts().get(i - 1).end();
            waits.add(
                    view.attempts().get(i).admittedMillis()
                            - Objects.requireNonNull(before).endedMillis());
        }
        for (int i = 0; i < 4; i++) {
            long full = 1000L << i;
            assertTrue(waits.get(i) >= full / 2 && waits.get(i) <= full, waits::toString);
        }
        assertEquals(4, decisions("RETRY"));
        assertEquals(1, decisions("GIVE_UP"));
    }

    @Test
    void runningOutOfMemoryMakesTheMicroBatchSmaller() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> Duration.ofSeconds(1),
                        assignment ->
                                assignment.microBatchDivisor() < 4
                                        ? AttemptResult.of(CauseOfEnd.OUT_OF_MEMORY, "no room")
                                        : SimulatedLauncher.completed());
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        assertEquals(RunState.SUCCEEDED, state("e/a/1"));
        assertEquals(
                List.of(1, 2, 4),
                launcher.launched.stream().map(Assignment::microBatchDivisor).toList());
    }

    @Test
    void endsThatAreNoFailureAreNotRetried() {
        for (CauseOfEnd cause : List.of(CauseOfEnd.EXCEPTION, CauseOfEnd.INFEASIBLE)) {
            lab.submit(Samples.experiment(cause.name(), "t", "x", 1).build());
        }
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> Duration.ofSeconds(1),
                        assignment ->
                                AttemptResult.of(
                                        CauseOfEnd.valueOf(assignment.run().replace("/a/1", "")),
                                        "as it said"));
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 2, DAY, store));
        assertEquals(2, launcher.launched.size());
        assertEquals(RunState.INFEASIBLE, state("INFEASIBLE/a/1"));
        assertEquals(RunState.FAILED, state("EXCEPTION/a/1"));
        assertEquals(
                "USER_CODE, 1 of 1 attempt: as it said",
                lab.run("EXCEPTION/a/1").orElseThrow().reason());
    }

    @Test
    void anArmThatBreaksItsProcessIsGivenUp() {
        lab.submit(Samples.experiment("e", "t", "x", Samples.seeds(50)).build());
        SimulatedLauncher launcher = ending(AttemptResult.of(CauseOfEnd.NATIVE_CRASH, "SIGSEGV"));
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() == 50, DAY, store));
        // Runs whose own attempts are not used up are tried until the arm is given up.
        assertEquals(5, launcher.launched.size());
        assertTrue(
                lab.runs(RunFilter.all()).stream()
                        .allMatch(view -> view.failure() == FailureClass.POISONED));
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
        assertTrue(time.runUntil(() -> ended() == 3, DAY, store));
        assertEquals(List.of("e/same/1", "g/same/1"), names(launcher));
        RunView reused = lab.run("f/same/1").orElseThrow();
        assertEquals(RunState.REUSED, reused.state());
        assertEquals("e/same/1", reused.reusedOf());
        assertEquals(Map.of("m", 1.0), reused.values());
        assertEquals(1, decisions("REUSE"));
    }

    @Test
    void theAttemptsOfALostSchedulerAreTakenOverAndItsWritesRefused() {
        lab.submit(Samples.experiment("e", "t", "x", 1, 2).build());
        SimulatedLauncher old = SimulatedLauncher.completing(time, Duration.ofSeconds(1));
        start(2, old);
        time.run(Duration.ofMillis(500), store);
        assertEquals(2, old.working);

        // The first one stands still from here on, as a process that is suspended.
        VirtualTime later = new VirtualTime();
        try (EventStore own = EventStore.open(url(), later::now, later::nanos)) {
            SimulatedLauncher launcher = SimulatedLauncher.completing(later, Duration.ofSeconds(1));
            Scheduler.start(own, options(2), launcher, later);
            later.run(Duration.ofSeconds(15), own);
            assertEquals(0, launcher.launched.size(), "its lease has not passed");
            assertTrue(later.runUntil(() -> launcher.launched.size() == 2, DAY, own));
            assertEquals(
                    List.of(2, 2), launcher.launched.stream().map(Assignment::attempt).toList());

            // Now it goes on, and wants to record its results.
            time.run(Duration.ofSeconds(2), store);
            assertEquals(0, old.working);
            assertEquals(RunState.RUNNING, lab.run("e/a/1").orElseThrow().state());
            assertTrue(
                    later.runUntil(
                            () ->
                                    own.read(
                                            state ->
                                                    state.runs().stream()
                                                            .allMatch(
                                                                    view ->
                                                                            view.state()
                                                                                    == RunState
                                                                                            .SUCCEEDED)),
                            DAY,
                            own));
            store.refresh();
        }
        for (RunView view : lab.runs(RunFilter.all())) {
            assertEquals(
                    List.of(CauseOfEnd.LEASE_LOST, CauseOfEnd.COMPLETED),
                    view.attempts().stream()
                            .map(attempt -> Objects.requireNonNull(attempt.end()).cause())
                            .toList());
        }
    }

    @Test
    void twoSchedulersShareTheWorkAndDoNothingTwice() {
        int runs = 40;
        lab.submit(Samples.experiment("e", "t", "x", Samples.seeds(runs)).build());
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            SimulatedLauncher first = completing();
            SimulatedLauncher second = completing();
            Scheduler.start(store, options(3), first, time);
            Scheduler.start(other, options(3), second, time);
            assertTrue(time.runUntil(() -> ended() == runs, DAY, store, other));
            assertTrue(first.launched.size() > 10 && second.launched.size() > 10);
            assertEquals(runs, first.launched.size() + second.launched.size());
            assertEquals(runs, new HashSet<>(concat(names(first), names(second))).size());
        }
    }

    @Test
    void aClockThatJumpsTakesNoLeaseAway() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofMinutes(10));
        start(1, launcher);
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            Scheduler.start(other, options(1), completing(), time);
            for (Duration jump : List.of(Duration.ofDays(400), Duration.ofDays(-800))) {
                time.run(Duration.ofMinutes(1), store, other);
                time.jump(jump);
            }
            assertTrue(time.runUntil(() -> ended() == 1, DAY, store, other));
        }
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(1, view.attempts().size());
        assertEquals(
                600_000, Objects.requireNonNull(view.attempts().getFirst().end()).elapsedMillis());
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

    /** Whatever ends come: each run ends once, within its attempts, and the same way each time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyRunEndsOnceWhateverHappens(long seed, @TempDir Path other) {
        List<Event> once = chaos(seed, store, time);
        VirtualTime again = new VirtualTime();
        String url = "jdbc:sqlite:" + other.resolve("events.db");
        try (EventStore second = EventStore.open(url, again::now, again::nanos)) {
            assertEquals(
                    once.stream().map(SchedulerTest::withoutScheduler).toList(),
                    chaos(seed, second, again).stream()
                            .map(SchedulerTest::withoutScheduler)
                            .toList());
        }
    }

    private List<Event> chaos(long seed, EventStore on, VirtualTime clock) {
        int runs = 60;
        Lab own = new Lab(on, "ada");
        own.submit(Samples.experiment("e", "t", "x", Samples.seeds(runs)).build());
        CauseOfEnd[] causes =
                EnumSet.complementOf(EnumSet.of(CauseOfEnd.STOPPED, CauseOfEnd.LEASE_LOST))
                        .toArray(CauseOfEnd[]::new);
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        clock,
                        assignment ->
                                Duration.ofMillis(
                                        new Random(seed + assignment.token()).nextInt(5000)),
                        assignment -> {
                            int draw = new Random(seed * 31 + assignment.token()).nextInt(30);
                            return draw < causes.length
                                    ? AttemptResult.of(causes[draw], "drawn")
                                    : SimulatedLauncher.completed();
                        });
        Scheduler.start(on, options(4), launcher, clock);
        assertTrue(
                clock.runUntil(
                        () -> own.runs(RunFilter.all()).stream().allMatch(v -> v.state().isFinal()),
                        DAY,
                        on));
        List<Event> events = on.events(0, 10_000).stream().map(RecordedEvent::event).toList();
        List<String> ends =
                events.stream()
                        .filter(Event.RunEnded.class::isInstance)
                        .map(event -> ((Event.RunEnded) event).run())
                        .toList();
        assertEquals(runs, ends.size());
        assertEquals(runs, new HashSet<>(ends).size());
        for (RunView view : own.runs(RunFilter.all())) {
            long ended = view.attempts().stream().filter(a -> a.end() != null).count();
            assertEquals(view.attempts().size(), ended);
        }
        assertEquals(0, launcher.working);
        assertTrue(launcher.mostWorking <= 4);
        return events;
    }

    private static Event withoutScheduler(Event event) {
        return event instanceof Event.RunAdmitted admitted
                ? new Event.RunAdmitted(admitted.run(), admitted.attempt(), "s", "h", List.of())
                : event;
    }

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("events.db");
    }

    private SchedulerOptions options(int cores) {
        return SchedulerOptions.standard(folder, Capacity.of(cores, 0));
    }

    private Scheduler start(int cores, SimulatedLauncher launcher) {
        return start(options(cores), launcher);
    }

    private Scheduler start(SchedulerOptions options, SimulatedLauncher launcher) {
        return Scheduler.start(store, options, launcher, time);
    }

    private SimulatedLauncher completing() {
        return SimulatedLauncher.completing(time, Duration.ofSeconds(1));
    }

    private SimulatedLauncher ending(AttemptResult result) {
        return new SimulatedLauncher(time, _ -> Duration.ofSeconds(1), _ -> result);
    }

    /** Asked by another thread, since the thread of this test is the one that answers. */
    private String why(Scheduler scheduler, String run) {
        var answer = CompletableFuture.supplyAsync(() -> scheduler.why(run));
        while (!answer.isDone()) {
            time.run(Duration.ZERO, store);
        }
        return answer.join();
    }

    private RunState state(String run) {
        return lab.run(run).orElseThrow().state();
    }

    private long ended() {
        return lab.runs(RunFilter.all()).stream().filter(v -> v.state().isFinal()).count();
    }

    private long decisions(String kind) {
        return store.events(0, 10_000).stream()
                .map(RecordedEvent::event)
                .filter(DecisionMade.class::isInstance)
                .filter(event -> ((DecisionMade) event).decision().kind().name().equals(kind))
                .count();
    }

    private static List<String> names(SimulatedLauncher launcher) {
        return launcher.launched.stream().map(Assignment::run).toList();
    }

    private static List<String> concat(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }
}
