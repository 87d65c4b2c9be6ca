package dev.retort.experiment.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.AttemptStepped;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Work;
import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricPoint;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.RetryPolicy;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Attempts in processes of their own: what they do, and how their ends are told apart. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ChildJvmTest {
    @TempDir private Path folder;

    private EventStore store;
    private Lab lab;

    @BeforeEach
    void open() {
        store = EventStore.open(folder);
        lab = new Lab(store, "ada");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource({
        "exit, EXITED, INFRASTRUCTURE",
        "segv, NATIVE_CRASH, INFRASTRUCTURE",
        "kill, KILLED, INFRASTRUCTURE",
        "stop, HUNG, INFRASTRUCTURE",
        "loop, HUNG, INFRASTRUCTURE",
        "memory, OUT_OF_MEMORY, OUT_OF_MEMORY",
        "throw, EXCEPTION, USER_CODE",
        "nan, NOT_A_NUMBER, NOT_A_NUMBER"
    })
    void endsAreToldApart(String how, CauseOfEnd cause, FailureClass failure) {
        submit("e", TestTasks.Dying.class, Map.of("how", how), 1);
        // Only the one that loops has no progress; those that are stopped are silent.
        Duration silence = Duration.ofSeconds(how.equals("stop") ? 2 : 60);
        Duration progress = Duration.ofSeconds(how.equals("loop") ? 2 : 60);
        runAll(Children.options(folder, 1, silence, progress).withRetries(once()));
        RunView view = lab.run("e/a/1").orElseThrow();
        Attempt.End end = Objects.requireNonNull(view.attempts().getFirst().end());
        assertEquals(cause, end.cause(), end.detail());
        assertEquals(RunState.FAILED, view.state());
        assertEquals(failure, view.failure());
        assertTrue(end.elapsedMillis() > 0);
    }

    @Test
    void aRunSeesTheDevicesThatItHoldsAndNoOther() {
        for (int devices = 0; devices < 2; devices++) {
            lab.submit(
                    new ExperimentBuilder("e" + devices, "t")
                            .arm(Samples.arm("a", TestTasks.Seeing.class.getName(), Map.of()))
                            .resources(new Resources(1, devices))
                            .reuse(false)
                            .build());
        }
        SchedulerOptions options = Children.options(folder, 1);
        // No machine has such a device: its lock is nobody else's.
        runAll(options.withCapacity(new Capacity(1, List.of(471_147))));
        assertEquals(
                Map.of("visible", -1.0, "last", -1.0), lab.run("e0/a/1").orElseThrow().values());
        assertEquals(
                Map.of("visible", 471_147.0, "last", 0.0),
                lab.run("e1/a/1").orElseThrow().values());
    }

    @Test
    void whatCannotWorkIsNoFailure() {
        submit("e", TestTasks.Dying.class, Map.of("how", "infeasible"), 1);
        runAll(Children.options(folder, 1));
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(RunState.INFEASIBLE, view.state());
        assertEquals("the batch does not fit", view.reason());
    }

    @Test
    void aTaskThatDoesNotExistIsTold() {
        lab.submit(Samples.experiment("e", "t", "no.such.Task", 1).build());
        runAll(Children.options(folder, 1));
        assertEquals(
                "USER_CODE, 1 of 1 attempt: IllegalArgumentException: the task no.such.Task does"
                        + " not exist: expected a class on the class path",
                lab.run("e/a/1").orElseThrow().reason());
    }

    @Test
    void metricsAndResultsComeBack() throws Exception {
        submit("e", TestTasks.Counting.class, Map.of("steps", 5, "millis", 1), 3);
        runAll(Children.options(folder, 1));
        RunView view = lab.run("e/a/3").orElseThrow();
        assertEquals(Map.of("sum", 45.0), view.values());
        assertEquals(5, Objects.requireNonNull(view.checkpoint()).step());
        MetricsSealed metrics = view.metrics().getFirst();
        assertEquals(6, metrics.points());
        assertEquals(1, firstSteps());
        MetricFile file = MetricFile.read(folder.resolve(metrics.path()));
        assertEquals(
                List.of(3.0, 9.0, 18.0, 30.0, 45.0),
                file.of("sum").stream().map(MetricPoint::value).toList());
    }

    /** Of a task that does nothing, nothing more is recorded. */
    @Test
    void whoTellsNothingMakesNoFirstStep() {
        submit("e", TestTasks.Nothing.class, Map.of(), 3);
        runAll(Children.options(folder, 1));
        assertEquals(RunState.SUCCEEDED, lab.run("e/a/3").orElseThrow().state());
        assertEquals(0, firstSteps());
    }

    private long firstSteps() {
        return store.events(0, 10_000).stream()
                .filter(each -> each.event() instanceof AttemptStepped)
                .count();
    }

    /** Killed again and again, it goes on from its last checkpoint each time. */
    @Test
    void aKilledChildGoesOnFromItsCheckpoint() throws Exception {
        submitGated(20, 10);
        try (Scheduler scheduler = Scheduler.start(store, Children.options(folder, 1))) {
            for (int kill = 1; kill <= 2; kill++) {
                long at = kill * 5L;
                Children.await(
                        () -> {
                            RunView view = lab.run("e/a/1").orElseThrow();
                            return view.checkpoint() != null && view.checkpoint().step() >= at;
                        });
                RunView view = lab.run("e/a/1").orElseThrow();
                long pid = Objects.requireNonNull(view.attempts().getLast().pid());
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                int attempts = view.attempts().size();
                Children.await(
                        () ->
                                lab.run("e/a/1").orElseThrow().attempts().stream()
                                                .filter(attempt -> attempt.end() != null)
                                                .count()
                                        >= attempts);
            }
            Files.createFile(gate());
            scheduler.idle().join();
        }
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(Map.of("sum", 210.0), view.values());
        assertEquals(3, view.attempts().size());
        // What an attempt had recorded when it was killed is there as well.
        assertEquals(3, view.metrics().size());
        List<Long> began = new ArrayList<>();
        for (MetricsSealed metrics : view.metrics()) {
            MetricFile file = MetricFile.read(folder.resolve(metrics.path()));
            assertEquals(metrics.points(), file.points().size());
            began.add(file.of("began").getFirst().step());
        }
        assertEquals(0, began.getFirst());
        assertTrue(began.get(1) >= 5 && began.get(2) >= 10, began::toString);
    }

    @Test
    void aPausedChildStopsAtACheckpointAndGoesOn() throws Exception {
        submitGated(12, 6);
        try (Scheduler scheduler = Scheduler.start(store, Children.options(folder, 1))) {
            Children.await(() -> lab.run("e/a/1").orElseThrow().checkpoint() != null);
            lab.pause("e/a/1", "for a while");
            Children.await(() -> lab.run("e/a/1").orElseThrow().state() == RunState.PAUSED);
            Files.createFile(gate());
            lab.resume("e/a/1");
            Children.await(() -> lab.run("e/a/1").orElseThrow().state().isFinal());
            scheduler.idle().join();
        }
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(Map.of("sum", 78.0), view.values());
        assertEquals(
                List.of(CauseOfEnd.STOPPED, CauseOfEnd.COMPLETED),
                view.attempts().stream()
                        .map(attempt -> Objects.requireNonNull(attempt.end()).cause())
                        .toList());
    }

    @Test
    void aSchedulerThatIsClosedQueuesWhatItLeaves() {
        submit("e", TestTasks.Counting.class, Map.of("steps", 1000, "millis", 50), 1);
        try (Scheduler _ = Scheduler.start(store, Children.options(folder, 1))) {
            Children.await(() -> lab.run("e/a/1").orElseThrow().checkpoint() != null);
        }
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(RunState.QUEUED, view.state());
        assertEquals("its scheduler was closed", view.reason());
        long pid = Objects.requireNonNull(view.attempts().getLast().pid());
        assertTrue(ProcessHandle.of(pid).map(handle -> !handle.isAlive()).orElse(true));
    }

    /** As when a signal reaches a whole job: the children get it, and the thread is interrupted. */
    @ParameterizedTest
    @ValueSource(strings = {"INT", "HUP", "TERM"})
    void workThatIsInterruptedStopsAtACheckpointAndGoesOn(String signal) throws Exception {
        submitGated(12, 6);
        Thread worker = Thread.currentThread();
        Thread interrupter =
                Thread.startVirtualThread(
                        () -> {
                            Children.await(() -> step("e/a/1") >= 6);
                            signal(lab.run("e/a/1").orElseThrow(), signal);
                            worker.interrupt();
                        });
        SchedulerOptions options = Children.options(folder, 1);
        assertThrows(
                InterruptedException.class, () -> Work.untilIdle(store, options, RunFilter.all()));
        interrupter.join();
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(RunState.QUEUED, view.state());
        Attempt.End end = Objects.requireNonNull(view.attempts().getLast().end());
        assertEquals("STOPPED, it stopped as it was asked to", end.cause() + ", " + end.detail());
        Files.createFile(gate());
        assertEquals(List.of(), Work.untilIdle(store, options, RunFilter.all()));
        assertEquals(Map.of("sum", 78.0), lab.run("e/a/1").orElseThrow().values());
    }

    private long step(String run) {
        Checkpoint checkpoint = lab.run(run).orElseThrow().checkpoint();
        return checkpoint == null ? 0 : checkpoint.step();
    }

    private static void signal(RunView view, String signal) {
        long pid = Objects.requireNonNull(view.attempts().getLast().pid());
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aChildOfAChildDoesNotKeepItsRun() throws Exception {
        Path file = folder.resolve("pid");
        Map<String, Object> config = Map.of("how", "leaves a child", "file", file.toString());
        submit("e", TestTasks.Dying.class, config, 1);
        runAll(Children.options(folder, 1));
        assertEquals(RunState.SUCCEEDED, lab.run("e/a/1").orElseThrow().state());
        // What a task left behind on purpose is its own matter, and heeds signals.
        ProcessHandle left = ProcessHandle.of(Long.parseLong(Files.readString(file))).orElseThrow();
        assertTrue(left.destroy());
        Children.await(() -> !left.isAlive());
    }

    @Test
    void whatIsKilledTakesItsChildrenWithIt() throws Exception {
        Path file = folder.resolve("pid");
        Map<String, Object> config = Map.of("how", "hangs with a child", "file", file.toString());
        submit("e", TestTasks.Dying.class, config, 1);
        SchedulerOptions options =
                Children.options(folder, 1)
                        .withTimes(
                                Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofHours(1));
        try (Scheduler _ = Scheduler.start(store, options)) {
            Children.await(() -> Files.exists(file));
            lab.cancel("e/a/1", "enough");
            Children.await(() -> lab.run("e/a/1").orElseThrow().state().isFinal());
        }
        long pid = Long.parseLong(Files.readString(file));
        Children.await(() -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true));
        assertEquals(RunState.CANCELLED, lab.run("e/a/1").orElseThrow().state());
    }

    private static RetryPolicy once() {
        return new RetryPolicy(Map.of(), Duration.ZERO, Duration.ZERO, 9);
    }

    /** A run that cannot end before the gate is made. */
    private void submitGated(int steps, int gateStep) {
        submit(
                "e",
                TestTasks.Counting.class,
                Map.of(
                        "steps",
                        steps,
                        "millis",
                        20,
                        "gateStep",
                        gateStep,
                        "gate",
                        gate().toString()),
                1);
    }

    private Path gate() {
        return folder.resolve("gate");
    }

    private void submit(String id, Class<?> task, Map<String, Object> config, long seed) {
        lab.submit(Children.experiment(id, task, config, seed));
    }

    private void runAll(SchedulerOptions options) {
        try (Scheduler scheduler = Scheduler.start(store, options)) {
            scheduler.idle().join();
        }
        assertTrue(lab.runs(RunFilter.all()).stream().allMatch(view -> view.state().isFinal()));
    }
}
