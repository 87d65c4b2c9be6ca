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
    private static final int SIGINT = 128 + 2;
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

    /** Saves its state at once, and takes no notice of what it is asked for then. */
    public static final class Stubborn implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException, InterruptedException {
            if (context.resumption().isPresent()) {
                return new Outcome.Finished(
                        Map.of("loss", (double) context.resumption().orElseThrow().step()));
            }
            context.commit(7, Files.createFile(context.folder().resolve("state")));
            Files.createFile(Path.of((String) context.config().get("began")));
            while (true) {
                Thread.sleep(10);
                context.progress();
            }
        }
    }

    @Test
    void hasRunsSaveTheirStateAndSaysHowToGoOn() throws Exception {
        Process process = labRunAtWork(Patient.class);
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(SIGTERM, process.exitValue());
        assertEquals(List.of(stopping("30.0 s"), "Stopped. Go on with: the same command"), said());
        goOn();
    }

    @Test
    void namesWhatHadToBeKilledAndWhatThatCosts() throws Exception {
        Process process = labRunAtWork(Stubborn.class, "--grace", "1.5");
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(SIGTERM, process.exitValue());
        assertEquals(
                List.of(
                        stopping("1.5 s"),
                        "e/a/1 QUEUED: it did not stop within 1.5 seconds and was killed; it goes on"
                                + " from its last checkpoint, after step 7, and does again what came"
                                + " after that",
                        "Stopped. Go on with: the same command"),
                said());
        goOn();
    }

    @Test
    void endsAtOnceIfItIsInterruptedOnceMore() throws Exception {
        Process process = labRunAtWork(Stubborn.class, "--grace", "60");
        // The second may come too soon to be meant.
        while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
            interrupt(process);
        }
        assertEquals(SIGINT, process.exitValue());
        assertEquals(
                List.of(
                        stopping("1 min 00 s"),
                        "Ended at once: what was not saved is lost. Go on from the last checkpoint"
                                + " with: the same command"),
                said());
        inStore(lab -> assertEquals(RunState.RUNNING, run(lab).state()));
        assertEquals(0, labRun().waitFor());
        inStore(lab -> assertEquals(Map.of("loss", 7.0), run(lab).values()));
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    private static String stopping(String grace) {
        return "Stopping: what runs is given "
                + grace
                + " to reach a checkpoint; Ctrl-C once more ends it at once.";
    }

    private List<String> said() throws IOException {
        return Files.readAllLines(folder.resolve("err"));
    }

    private void goOn() throws IOException, InterruptedException {
        inStore(lab -> assertEquals(RunState.QUEUED, run(lab).state()));
        assertEquals(0, labRun().waitFor());
        inStore(lab -> assertEquals(Map.of("loss", 7.0), run(lab).values()));
    }

    private Process labRunAtWork(Class<? extends Task> task, String... options) throws Exception {
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
                                                .formatted(task.getName(), began))));
        Process process = labRun(options);
        while (process.isAlive() && !Files.exists(began)) {
            Thread.sleep(10);
        }
        return process;
    }

    private static RunView run(Lab lab) {
        return lab.run("e/a/1").orElseThrow();
    }

    private void inStore(Consumer<Lab> action) {
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            action.accept(new Lab(store, "ada"));
        }
    }

    private Process labRun(String... options) throws IOException {
        List<String> command = new ArrayList<>();
        // It is ignored in what a shell without job control has in the background.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(Objects.requireNonNull(System.getProperty("java.class.path")));
        command.add(Retort.class.getName());
        command.addAll(List.of("lab", "run", "--store", folder.resolve("store").toString()));
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();
        started.add(process);
        return process;
    }
}
