package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A signal that ends a {@code retort lab} at work: as from a terminal, or a batch system. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LabSignalTest {
    private static final int SIGTERM = 128 + 15;

    @TempDir Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    /** Tells that it began, and saves only when it is asked to stop; goes on to its end then. */
    public static final class Patient implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException, InterruptedException {
            if (context.resumption().isPresent()) {
                return new Outcome.Finished(
                        Map.of("loss", (double) context.resumption().orElseThrow().step()));
            }
            Files.createFile(Path.of((String) context.config().get("began")));
            while (!context.shouldStop()) {
                Thread.sleep(10);
            }
            context.commit(7, Files.createFile(context.folder().resolve("state")));
            return new Outcome.Stopped();
        }
    }

    @Test
    void hasRunsSaveTheirStateAndSaysHowToGoOn() throws Exception {
        Path began = folder.resolve("began");
        inStore(
                lab ->
                        lab.submit(
                                Submission.parse(
                                        """
                                        {"experiment": {"id": "e", "team": "t", "seeds": [1], "arms": [
                                          {"name": "a", "task": "%s", "code": "c", "data": "d",
                                           "config": {"began": "%s"}}]}}
                                        """
                                                .formatted(Patient.class.getName(), began))));
        Process process = labRun();
        while (process.isAlive() && !Files.exists(began)) {
            Thread.sleep(10);
        }
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(SIGTERM, process.exitValue());
        assertEquals(
                List.of(
                        "Stopping: what runs is given 30 s to reach a checkpoint.",
                        "Stopped. Go on with: the same command"),
                Files.readAllLines(folder.resolve("err")));
        inStore(lab -> assertEquals(RunState.QUEUED, run(lab).state()));
        assertEquals(0, labRun().waitFor());
        inStore(lab -> assertEquals(Map.of("loss", 7.0), run(lab).values()));
    }

    private static RunView run(Lab lab) {
        return lab.run("e/a/1").orElseThrow();
    }

    private void inStore(Consumer<Lab> action) {
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            action.accept(new Lab(store, "ada"));
        }
    }

    private Process labRun() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(Objects.requireNonNull(System.getProperty("java.class.path")));
        command.add(Retort.class.getName());
        command.addAll(List.of("lab", "run", "--store", folder.resolve("store").toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();
        started.add(process);
        return process;
    }
}
