package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A store and a scheduler in virtual time. */
abstract class Simulation {
    static final Duration DAY = Duration.ofDays(1);

    @TempDir Path folder;

    final VirtualTime time = new VirtualTime();

    final SimulatedHost host = new SimulatedHost();

    EventStore store;

    Lab lab;

    @BeforeEach
    void open() {
        store = EventStore.open(url(), time::now, time::nanos);
        lab = new Lab(store, "ada");
    }

    @AfterEach
    void close() {
        store.close();
    }

    String url() {
        return "jdbc:sqlite:" + folder.resolve("events.db");
    }

    SchedulerOptions options(int cores) {
        return SchedulerOptions.standard(folder, Capacity.of(cores, 0));
    }

    Scheduler start(int cores, SimulatedLauncher launcher) {
        return start(options(cores), launcher);
    }

    Scheduler start(SchedulerOptions options, SimulatedLauncher launcher) {
        return Scheduler.start(store, options, launcher, time, host.machine());
    }

    SimulatedLauncher completing() {
        return SimulatedLauncher.completing(time, Duration.ofSeconds(1));
    }

    SimulatedLauncher ending(AttemptResult result) {
        return new SimulatedLauncher(time, _ -> Duration.ofSeconds(1), _ -> result);
    }

    /** Asked by another thread, since the thread of this test is the one that answers. */
    String why(Scheduler scheduler, String run) {
        var answer = CompletableFuture.supplyAsync(() -> scheduler.why(run));
        while (!answer.isDone()) {
            time.run(Duration.ZERO, store);
        }
        return answer.join();
    }

    /** Its thread is that of this test. */
    void closeWhileTimePasses(Scheduler scheduler) {
        Thread closing = Thread.ofVirtual().start(scheduler::close);
        assertTrue(time.runUntil(() -> isOver(closing), DAY, store));
    }

    /**
     * No time passes while a thread can go on by itself: it may not have asked for anything yet,
     * and the last that it does is to clear the timers, which must not be those of the next one.
     */
    private static boolean isOver(Thread thread) {
        while (thread.isAlive()
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return !thread.isAlive();
    }

    RunState state(String run) {
        return lab.run(run).orElseThrow().state();
    }

    long ended() {
        return lab.runs(RunFilter.all()).stream().filter(v -> v.state().isFinal()).count();
    }

    long decisions(String kind) {
        return store.events(0, 10_000).stream()
                .map(RecordedEvent::event)
                .filter(DecisionMade.class::isInstance)
                .filter(event -> ((DecisionMade) event).decision().kind().name().equals(kind))
                .count();
    }

    static List<String> names(SimulatedLauncher launcher) {
        return launcher.launched.stream().map(Assignment::run).toList();
    }
}
