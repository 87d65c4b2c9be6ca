package dev.retort.experiment.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricPoint;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.SchedulerProcess;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The scheduler and its children are killed, and nothing is lost, doubled or left running. By
 * default few times, for CI; {@code -Dretort.kills=200} for the whole.
 */
@Tag("slow")
@Timeout(value = 60, unit = TimeUnit.MINUTES)
final class KillTest {
    private static final int KILLS = Integer.getInteger("retort.kills", 6);
    private static final int RUNS = 6;
    private static final int STEPS = 8;

    @TempDir private Path temporary;

    private Path folder;

    @BeforeEach
    void begin() {
        folder = temporary;
    }

    /** Killed at each boundary of a whole life, or by default at each seventh, it finishes. */
    @Test
    void killedAtWriteBoundariesItFinishesEveryRunOnce() throws Exception {
        int stride = KILLS >= 200 ? 1 : 7;
        int exitCode = -1;
        int boundary = 1;
        for (; exitCode != 0; boundary += stride) {
            folder = Files.createDirectories(temporary.resolve("at-" + boundary));
            submit(TestTasks.Nothing.class, Map.of());
            exitCode = scheduler("inside", boundary).start().waitFor();
            assertTrue(exitCode == 0 || exitCode == 137, "exit code " + exitCode);
            Set<String> finished = check(Set.of());
            if (exitCode != 0) {
                assertEquals(0, scheduler("inside", 0).start().waitFor());
                finished = check(finished);
            }
            assertEquals(RUNS, finished.size(), "after a kill at boundary " + boundary);
        }
        assertTrue(boundary > 40, "it ended after boundary " + boundary);
    }

    @Test
    void killedAtRandomMomentsItGoesOnFromTheLastCheckpoints() throws Exception {
        submit(TestTasks.Counting.class, Map.of("steps", STEPS, "millis", 40));
        Random random = new Random(7);
        Set<String> finished = new HashSet<>();
        int kills = 0;
        boolean done = false;
        while (!done) {
            Process process = scheduler("children", 0).start();
            boolean kill = kills < KILLS;
            // From before it has begun until its children are at work.
            long millis = 200L + random.nextInt(2500);
            done = kill ? process.waitFor(millis, TimeUnit.MILLISECONDS) : process.waitFor() == 0;
            if (!done) {
                if (random.nextBoolean()) {
                    process.descendants().findAny().ifPresent(ProcessHandle::destroyForcibly);
                }
                List<ProcessHandle> children = process.descendants().toList();
                process.destroyForcibly().waitFor();
                kills++;
                // Whose parent is gone ends by itself.
                Children.await(() -> children.stream().noneMatch(ProcessHandle::isAlive));
            }
            finished = check(finished);
        }
        assertEquals(RUNS, finished.size());
        try (EventStore store = EventStore.open(folder)) {
            for (RunView view : new Lab(store, "ada").runs(RunFilter.all())) {
                assertEquals(RunState.SUCCEEDED, view.state());
                double sum = view.run().seed() * STEPS * (STEPS + 1) / 2.0;
                assertEquals(Map.of("sum", sum), view.values());
            }
            resumedWhereTheyWere(store.events(0, 1_000_000));
        }
    }

    /** What was finished stays so, once; and each attempt but the open ones has its end. */
    private Set<String> check(Set<String> finishedBefore) {
        try (EventStore store = EventStore.open(folder)) {
            List<String> ends = new ArrayList<>();
            for (RecordedEvent recorded : store.events(0, 1_000_000)) {
                if (recorded.event() instanceof RunEnded end) {
                    ends.add(end.run());
                }
            }
            Set<String> finished = new HashSet<>(ends);
            assertEquals(ends.size(), finished.size(), "one was counted twice");
            assertTrue(finished.containsAll(finishedBefore), "one was lost");
            for (RunView view : new Lab(store, "ada").runs(RunFilter.all())) {
                List<Attempt> open = view.attempts().stream().filter(a -> a.end() == null).toList();
                assertEquals(view.state().isActive() ? 1 : 0, open.size());
                assertEquals(finished.contains(view.run().id()), view.state().isFinal());
            }
            return finished;
        }
    }

    private void resumedWhereTheyWere(List<RecordedEvent> events) throws IOException {
        Map<String, Long> step = new HashMap<>();
        for (RecordedEvent recorded : events) {
            Event event = recorded.event();
            if (event instanceof CheckpointCommitted committed) {
                step.put(committed.run(), committed.checkpoint().step());
            } else if (event instanceof RunAdmitted admitted) {
                Path metrics =
                        folder.resolve("runs")
                                .resolve(admitted.run())
                                .resolve("attempt-" + admitted.attempt() + "-" + recorded.seq())
                                .resolve("metrics");
                long expected = Objects.requireNonNullElse(step.get(admitted.run()), 0L);
                if (Files.exists(metrics)) {
                    for (MetricPoint began : MetricFile.read(metrics).of("began")) {
                        assertEquals(expected, began.step(), admitted::toString);
                    }
                }
            }
        }
    }

    private void submit(Class<?> task, Map<String, Object> config) {
        try (EventStore store = EventStore.open(folder)) {
            new Lab(store, "ada").submit(Children.experiment("e", task, config, 1, 2, 3, 4, 5, 6));
        }
    }

    private ProcessBuilder scheduler(String where, int haltAt) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Children.SMALL);
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Children.classPath(),
                        SchedulerProcess.class.getName(),
                        folder.toString(),
                        Integer.toString(haltAt),
                        where,
                        Children.classPath()));
        command.addAll(Children.SMALL);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
}
