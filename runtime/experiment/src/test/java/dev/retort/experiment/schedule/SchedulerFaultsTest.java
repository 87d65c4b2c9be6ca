package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.FailingStore;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;

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
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** What follows failures and the loss of schedulers, in virtual time. */
final class SchedulerFaultsTest extends Simulation {
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

    /** As where the machine lets this process have no further thread. */
    @Test
    void anAttemptThatCannotBeLaunchedEndsAndIsTriedAgain() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher working = completing();
        AtomicBoolean failing = new AtomicBoolean(true);
        Launcher launcher =
                (assignment, listener) -> {
                    if (failing.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return working.launch(assignment, listener);
                };
        Scheduler.start(store, options(1), launcher, time, host.machine());
        assertTrue(time.runUntil(() -> ended() == 1, Duration.ofMinutes(1), store));
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(RunState.SUCCEEDED, view.state());
        Attempt.End first = Objects.requireNonNull(view.attempts().getFirst().end());
        assertEquals(CauseOfEnd.NOT_STARTED, first.cause());
        assertEquals(
                "it cannot be started: java.lang.OutOfMemoryError: unable to create native thread",
                first.detail());
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
    void endsThatWouldComeAgainAreNotRetried() {
        List<CauseOfEnd> causes =
                List.of(CauseOfEnd.EXCEPTION, CauseOfEnd.INFEASIBLE, CauseOfEnd.NOT_A_NUMBER);
        for (CauseOfEnd cause : causes) {
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
        assertTrue(time.runUntil(() -> ended() == 3, DAY, store));
        assertEquals(3, launcher.launched.size());
        // The same seed would diverge again.
        assertEquals(
                FailureClass.NOT_A_NUMBER, lab.run("NOT_A_NUMBER/a/1").orElseThrow().failure());
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
            Scheduler.start(own, options(2), launcher, later, host.machine());
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
    void aClockThatIsSetBackDoesNotMakeABackOffLonger() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> Duration.ofSeconds(1),
                        assignment ->
                                assignment.attempt() == 1
                                        ? AttemptResult.of(CauseOfEnd.KILLED, "killed")
                                        : SimulatedLauncher.completed());
        start(1, launcher);
        time.run(Duration.ofMillis(1100), store);
        assertEquals(RunState.QUEUED, state("e/a/1"));
        time.jump(Duration.ofDays(-1));
        assertTrue(time.runUntil(() -> ended() == 1, Duration.ofSeconds(10), store));
        assertEquals(RunState.SUCCEEDED, state("e/a/1"));
    }

    @Test
    void aResultIsKeptUntilItCanBeRecorded() {
        lab.submit(Samples.experiment("e", "t", "x", 1, 2).build());
        AtomicBoolean failing = new AtomicBoolean();
        try (EventStore own = FailingStore.open(url(), time::now, time::nanos, failing)) {
            SimulatedLauncher launcher = completing();
            Scheduler.start(own, options(1), launcher, time, host.machine());
            time.run(Duration.ofMillis(500), own);
            assertEquals(1, launcher.working);
            failing.set(true);
            time.run(Duration.ofMinutes(1), own);
            assertEquals(0, launcher.working);
            // Nothing new begins while nothing can be recorded.
            assertEquals(1, launcher.launched.size());
            failing.set(false);
            assertTrue(time.runUntil(() -> refreshed() == 2, DAY, own));
            assertEquals(2, launcher.launched.size());
        }
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(1, view.attempts().size());
        assertEquals(
                1000, Objects.requireNonNull(view.attempts().getFirst().end()).elapsedMillis());
    }

    private long refreshed() {
        store.refresh();
        return ended();
    }

    @Test
    void twoSchedulersShareTheWorkAndDoNothingTwice() {
        int runs = 40;
        lab.submit(Samples.experiment("e", "t", "x", Samples.seeds(runs)).build());
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            SimulatedLauncher first = completing();
            SimulatedLauncher second = completing();
            Scheduler.start(store, options(3), first, time, host.machine());
            Scheduler.start(other, options(3), second, time, host.machine());
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
        // Before the other may take it.
        assertTrue(time.runUntil(() -> state("e/a/1") == RunState.RUNNING, DAY, store));
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            Scheduler.start(other, options(1), completing(), time, host.machine());
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

    /** Whatever ends come: each run ends once, within its attempts, and the same way each time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyRunEndsOnceWhateverHappens(long seed, @TempDir Path other) {
        List<String> once = chaos(seed, store, time);
        VirtualTime again = new VirtualTime();
        String url = "jdbc:sqlite:" + other.resolve("events.db");
        try (EventStore second = EventStore.open(url, again::now, again::nanos)) {
            assertEquals(once, chaos(seed, second, again));
        }
    }

    private List<String> chaos(long seed, EventStore on, VirtualTime clock) {
        int runs = 60;
        Lab own = new Lab(on, "ada");
        own.submit(Samples.experiment("e", "t", "x", Samples.seeds(runs)).build());
        CauseOfEnd[] causes =
                EnumSet.complementOf(
                                EnumSet.of(
                                        CauseOfEnd.STOPPED,
                                        CauseOfEnd.KILLED_AT_STOP,
                                        CauseOfEnd.LEASE_LOST))
                        .toArray(CauseOfEnd[]::new);
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        clock,
                        assignment -> Duration.ofMillis(drawn(seed, assignment).nextInt(5000)),
                        assignment -> {
                            int draw = drawn(seed + 99, assignment).nextInt(30);
                            return draw < causes.length
                                    ? AttemptResult.of(causes[draw], "drawn")
                                    : SimulatedLauncher.completed();
                        });
        Scheduler.start(on, options(4), launcher, clock, host.machine());
        assertTrue(
                clock.runUntil(
                        () -> own.runs(RunFilter.all()).stream().allMatch(v -> v.state().isFinal()),
                        DAY,
                        on));
        List<String> ends =
                on.events(0, 10_000).stream()
                        .map(RecordedEvent::event)
                        .filter(Event.RunEnded.class::isInstance)
                        .map(event -> ((Event.RunEnded) event).run())
                        .toList();
        assertEquals(runs, ends.size());
        assertEquals(runs, new HashSet<>(ends).size());
        assertEquals(0, launcher.working);
        assertTrue(launcher.mostWorking <= 4);
        return own.runs(RunFilter.all()).stream().map(SchedulerFaultsTest::life).toList();
    }

    private static Random drawn(long seed, Assignment assignment) {
        return new Random(seed + 1000 * assignment.seed() + assignment.attempt());
    }

    /** All that happened to a run but the numbers of events. */
    private static String life(RunView view) {
        StringBuilder life = new StringBuilder(view.run().id());
        for (Attempt attempt : view.attempts()) {
            life.append(' ').append(attempt.admittedMillis());
            life.append(' ').append(Objects.requireNonNull(attempt.end()));
        }
        return life.append(' ').append(view.state()).append(' ').append(view.reason()).toString();
    }

    private static List<String> concat(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }
}
