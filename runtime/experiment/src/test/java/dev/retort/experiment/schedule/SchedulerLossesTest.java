package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricWriter;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.FailingStore;
import dev.retort.experiment.store.Heartbeat;
import dev.retort.experiment.store.StoreException;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a scheduler does while its store is away, while it closes, and when others are faster. */
final class SchedulerLossesTest extends Simulation {
    @Test
    void anAttemptThatOthersTookOverIsKilledAndItsMetricsAreKept() throws IOException {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher old = SimulatedLauncher.completing(time, Duration.ofHours(1));
        start(2, old);
        time.run(Duration.ofSeconds(1), store);

        Attempt open = lab.run("e/a/1").orElseThrow().openAttempt().orElseThrow();
        Path metrics = folder.resolve("runs/e/a/1/attempt-1-" + open.token() + "/metrics");
        Files.createDirectories(metrics.getParent());
        MetricWriter writer = MetricWriter.open(metrics);
        writer.record("loss", 1, 0.5);
        writer.flush();

        // It stands still, as a process that is suspended.
        VirtualTime later = new VirtualTime();
        try (EventStore own = EventStore.open(url(), later::now, later::nanos)) {
            SimulatedLauncher launcher = SimulatedLauncher.completing(later, Duration.ofHours(1));
            Scheduler.start(own, options(1), launcher, later, host.machine());
            assertTrue(later.runUntil(() -> launcher.launched.size() == 1, DAY, own));
        }
        // Whoever was thought gone writes on: what was sealed stays what it was.
        writer.record("loss", 2, 0.4);
        writer.close();
        time.run(Duration.ofSeconds(5), store);
        // Charged up to the last sign of life, not for the time in which nobody was at work.
        Attempt.End end =
                Objects.requireNonNull(lab.run("e/a/1").orElseThrow().attempts().getFirst().end());
        assertTrue(end.elapsedMillis() <= 1000, end::toString);
        MetricsSealed sealed = lab.run("e/a/1").orElseThrow().metrics().getFirst();
        assertEquals(1, sealed.points());
        assertEquals(sealed.sha256(), MetricFile.seal(folder.resolve(sealed.path())).sha256());
        assertEquals(Map.of("e/a/1", 1), old.killed);
        assertEquals(1, old.launched.size());
    }

    /** Its events cannot be read when it starts, and can be later. */
    @Test
    void aSchedulerThatCannotStartAdmitsNothingLater() throws SQLException {
        SimulatedLauncher launcher = completing();
        try (EventStore own = EventStore.open(url(), time::now, time::nanos)) {
            execute(
                    "INSERT INTO events (seq, batch, wall_ms, mono_ns, actor, type, payload, hash)"
                            + " VALUES (1, 1, 0, 0, 'ada', 'RunTeleported', '{}', 'none')");
            assertThrows(StoreException.class, () -> startOn(own, launcher));
            execute("DELETE FROM events");
            new Lab(own, "ada").submit(Samples.experiment("e", "t", "x", 1).build());
            time.run(Duration.ofMinutes(1), own);
        }
        assertEquals(List.of(), launcher.launched);
    }

    private void startOn(EventStore on, Launcher launcher) {
        Scheduler.start(on, options(1), launcher, time, host.machine());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** As where its files are large and on a disk that is slow. */
    @Test
    void whoTakesOverGivesSignsOfLifeMeanwhile() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        store.record(Batch.of("gone", new RunAdmitted("e/a/1", 1, "gone", "h", List.of())));
        store.beat(new Heartbeat("gone", "elsewhere", "1@0", 7, time.now().toEpochMilli(), 1));
        time.asideStandsStill = true;
        Scheduler scheduler = start(1, completing());
        time.run(Duration.ofMinutes(1), store);
        long beats = beats(scheduler);
        time.run(Duration.ofSeconds(10), store);
        assertTrue(beats(scheduler) >= beats + 9);
        assertEquals(RunState.ADMITTED, state("e/a/1"));
        time.goOnAside();
        assertTrue(time.runUntil(() -> ended() == 1, Duration.ofSeconds(10), store));
        assertEquals(List.of(CauseOfEnd.LEASE_LOST, CauseOfEnd.COMPLETED), causes());
    }

    private long beats(Scheduler scheduler) {
        return store.heartbeats().stream()
                .filter(beat -> beat.scheduler().equals(scheduler.id()))
                .mapToLong(Heartbeat::beat)
                .findFirst()
                .orElseThrow();
    }

    /** The clock was set forward by years before its scheduler was killed. */
    @Test
    void aClockThatJumpedChargesNoLostAttempt() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher slow = SimulatedLauncher.completing(time, Duration.ofHours(1));
        try (EventStore own = EventStore.open(url(), time::now, time::nanos)) {
            Scheduler.start(own, options(2), slow, time, host.machine());
            time.run(Duration.ofSeconds(60), own);
            time.jump(Duration.ofDays(800));
            time.run(Duration.ofSeconds(30), own);
            time.end();
        }
        store.refresh();
        start(1, completing());
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        Attempt.End end =
                Objects.requireNonNull(lab.run("e/a/1").orElseThrow().attempts().getFirst().end());
        assertEquals(90_000.0, (double) end.elapsedMillis(), 1000.0);
        assertEquals(
                91 / 3600.0, store.read(state -> state.deviceHoursOfExperiment("e")), 1 / 3600.0);
    }

    @Test
    void aSchedulerThatClosesKeepsItsLeaseUntilItsAttemptsHaveStopped() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofHours(1));
        SchedulerLoop loop = loop(store, launcher);
        time.run(Duration.ofSeconds(1), store);
        CompletableFuture<Void> closed = close(loop);
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            SimulatedLauncher second = completing();
            Scheduler.start(other, options(1), second, time, host.machine());
            time.run(Duration.ofSeconds(28), store, other);
            assertEquals(List.of(), second.launched);
            assertFalse(closed.isDone());
            assertTrue(time.runUntil(() -> ended() == 1, DAY, store, other));
        }
        assertTrue(closed.isDone());
        assertEquals(List.of(CauseOfEnd.KILLED_AT_STOP, CauseOfEnd.COMPLETED), causes());
        assertEquals(
                "it did not stop within 30.0 seconds and was killed",
                Objects.requireNonNull(lab.run("e/a/1").orElseThrow().attempts().getFirst().end())
                        .detail());
    }

    @Test
    void aResultIsKeptWhileItsSchedulerCloses() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        AtomicBoolean failing = new AtomicBoolean();
        try (EventStore own = FailingStore.open(url(), time::now, time::nanos, failing)) {
            SchedulerLoop loop = loop(own, completing());
            time.run(Duration.ofMillis(500), own);
            CompletableFuture<Void> closed = close(loop);
            failing.set(true);
            time.run(Duration.ofSeconds(10), own);
            assertFalse(closed.isDone());
            failing.set(false);
            assertTrue(time.runUntil(closed::isDone, DAY, own));
        }
        store.refresh();
        assertEquals(RunState.SUCCEEDED, state("e/a/1"));
    }

    @Test
    void aStoreThatStaysAwayDoesNotKeepASchedulerFromClosing() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        AtomicBoolean failing = new AtomicBoolean();
        try (EventStore own = FailingStore.open(url(), time::now, time::nanos, failing)) {
            SchedulerLoop loop = loop(own, completing());
            time.run(Duration.ofMillis(500), own);
            CompletableFuture<Void> closed = close(loop);
            failing.set(true);
            assertTrue(time.runUntil(closed::isDone, Duration.ofMinutes(2), own));
        }
    }

    @Test
    void anAttemptThatNeverEndsDoesNotKeepASchedulerFromClosing() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SchedulerLoop loop = loop(store, (_, _) -> new Still());
        time.run(Duration.ofSeconds(1), store);
        CompletableFuture<Void> closed = close(loop);
        time.run(Duration.ofSeconds(89), store);
        assertFalse(closed.isDone());
        assertTrue(time.runUntil(closed::isDone, Duration.ofSeconds(2), store));
        assertEquals(Set.of("e/a/1"), loop.leases());
    }

    /** Its own thread waits for ever: no timer of it fires. */
    @Test
    void aLauncherThatNeverReturnsDoesNotKeepASchedulerFromClosing() throws Exception {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        CountDownLatch launching = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Launcher stuck =
                (_, _) -> {
                    launching.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    return new Still();
                };
        SchedulerOptions hasty =
                options(1).withTimes(Duration.ofSeconds(20), Duration.ofMillis(20), DAY);
        Scheduler scheduler =
                Scheduler.start(store, hasty, stuck, new SystemTime(), host.machine());
        launching.await();
        scheduler.close();
        assertThrows(IllegalStateException.class, scheduler::idle);
        never.countDown();
    }

    @Test
    void whoWaitsForASchedulerIsToldThatItCloses() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        Scheduler scheduler = start(1, SimulatedLauncher.completing(time, DAY));
        CompletableFuture<Void> idle = scheduler.idle();
        time.run(Duration.ofSeconds(1), store);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(scheduler::close);
        while (!closing.isDone()) {
            time.run(Duration.ofSeconds(1), store);
        }
        closing.join();
        Throwable told = assertThrows(CompletionException.class, idle::join).getCause();
        assertEquals("the scheduler is closed", Objects.requireNonNull(told).getMessage());
        assertThrows(IllegalStateException.class, scheduler::idle);
    }

    @Test
    void aCheckpointWaitsForAStoreThatIsAway() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        AtomicBoolean failing = new AtomicBoolean();
        List<Launcher.Listener> listeners = new ArrayList<>();
        try (EventStore own = FailingStore.open(url(), time::now, time::nanos, failing)) {
            Launcher launcher =
                    (_, listener) -> {
                        listeners.add(listener);
                        return new Still();
                    };
            Scheduler.start(own, options(1), launcher, time, host.machine());
            time.run(Duration.ofSeconds(1), own);
            failing.set(true);
            CompletableFuture<?> saved =
                    listeners.getFirst().saved(new Checkpoint(3, "runs/c", "ab", 1));
            time.run(Duration.ofSeconds(10), own);
            assertFalse(saved.isDone());
            failing.set(false);
            time.run(Duration.ofSeconds(2), own);
            assertTrue(saved.isDone());
            assertFalse(saved.isCompletedExceptionally());
            listeners.getFirst().ended(SimulatedLauncher.completed());
            time.run(Duration.ofSeconds(1), own);
        }
        store.refresh();
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(3, Objects.requireNonNull(view.checkpoint()).step());
        assertEquals(RunState.SUCCEEDED, view.state());
    }

    /** As when the connection breaks right after the server has committed. */
    @Test
    void anAdmissionOfWhichItsSchedulerWasNotToldIsGivenUp() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        AtomicBoolean failing = new AtomicBoolean(true);
        try (EventStore own =
                FailingStore.open(url(), time::now, time::nanos, failing, "after commit")) {
            SimulatedLauncher launcher = completing();
            Scheduler.start(own, options(1), launcher, time, host.machine());
            time.run(Duration.ofMillis(500), own);
            assertEquals(List.of(), launcher.launched);
            failing.set(false);
            time.run(Duration.ofSeconds(10), own);
            assertEquals(1, launcher.launched.size());
        }
        store.refresh();
        assertEquals(List.of(CauseOfEnd.LEASE_LOST, CauseOfEnd.COMPLETED), causes());
    }

    @Test
    void aTaskThatStopsUnaskedIsNotTriedForEver() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        SimulatedLauncher launcher = ending(AttemptResult.of(CauseOfEnd.STOPPED, "it stopped"));
        RetryPolicy thrice =
                new RetryPolicy(
                        Map.of(FailureClass.USER_CODE, 3),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        9);
        start(options(1).withRetries(thrice), launcher);
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        assertEquals(3, launcher.launched.size());
        assertEquals(
                List.of(CauseOfEnd.EXCEPTION, CauseOfEnd.EXCEPTION, CauseOfEnd.EXCEPTION),
                causes());
        assertEquals(
                "USER_CODE, 3 of 3 attempts: its task returned Stopped, and nobody had asked it to"
                        + " stop",
                lab.run("e/a/1").orElseThrow().reason());
    }

    private SchedulerLoop loop(EventStore on, Launcher launcher) {
        SchedulerLoop loop = new SchedulerLoop(on, options(1), launcher, time, host.machine());
        loop.begin();
        return loop;
    }

    private CompletableFuture<Void> close(SchedulerLoop loop) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        time.execute(() -> loop.close(closed));
        return closed;
    }

    private List<CauseOfEnd> causes() {
        return lab.run("e/a/1").orElseThrow().attempts().stream()
                .map(Attempt::end)
                .map(end -> Objects.requireNonNull(end).cause())
                .toList();
    }

    private record Still() implements Launcher.Launched {
        @Override
        public void stop() {}

        @Override
        public void kill() {}
    }
}
