package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@code retort distill} that a signal ends: Ctrl-C, or that of a batch system. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SignalledRunTest extends DistillRuns {
    private static final String[] RUN = {
        "distill", "--seeds=1", "--epochs=8", "--teacher-epochs=4", "--labels=100"
    };

    private final List<Process> started = new ArrayList<>();
    private Path saved;
    private Path made;
    private Path said;

    private enum Signal {
        INT(130),
        TERM(143);

        private final int exit;

        Signal(int exit) {
            this.exit = exit;
        }
    }

    private interface Moment {
        boolean hasCome() throws IOException;
    }

    @BeforeEach
    void name() throws IOException {
        saved = folder.resolve("saved");
        made = folder.resolve("made");
        said = folder.resolve("said");
        // A JVM heeds no signal that was ignored when it began, as in a script's background.
        Path status = Path.of("/proc/self/status");
        assumeTrue(Files.isReadable(status), "there is no " + status);
        String ignored =
                Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .findFirst()
                        .orElseThrow();
        long signals = Long.parseUnsignedLong(ignored.substring(7).strip(), 16);
        assumeTrue((signals & 0b10) == 0, "SIGINT is ignored here");
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    /** Sends a signal at a moment, and waits for the end. */
    private void stop(Signal signal, Moment moment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(requireNonNull(System.getProperty("java.class.path")));
        command.add(Retort.class.getName());
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(said.toFile())
                        .start();
        started.add(process);
        while (process.isAlive() && !moment.hasCome()) {
            Thread.sleep(2);
        }
        assertTrue(process.isAlive(), "it was over before: " + Files.readString(said));
        String pid = Long.toString(process.pid());
        assertEquals(0, new ProcessBuilder("kill", "-s", signal.name(), pid).start().waitFor());
        assertTrue(process.waitFor(100, TimeUnit.SECONDS));
        assertEquals(signal.exit, process.exitValue(), Files.readString(said));
    }

    private boolean isAnnounced() throws IOException {
        return Files.readString(said).contains("Reading the data");
    }

    private static boolean holdsCheckpoint(Path training) throws IOException {
        if (!Files.isDirectory(training)) {
            return false;
        }
        try (Stream<Path> files = Files.list(training)) {
            return files.anyMatch(file -> file.toString().endsWith(".sha256"));
        }
    }

    /** Of a run that is waited for; another may show more of its training. */
    private String lastWords() throws IOException {
        return Files.readAllLines(said).getLast();
    }

    private void assertLeavesNothing(Signal signal, Moment moment)
            throws IOException, InterruptedException {
        stop(
                signal,
                moment,
                with(RUN, "--progress=plain", "--checkpoint=" + saved, "--out=" + made));
        assertEquals("Stopped before the first training; nothing was saved.", lastWords());
        assertTrue(Files.notExists(made));
        assertTrue(Files.notExists(saved));
    }

    @Test
    void leavesNothingOfARunThatReadsItsData() throws Exception {
        assertLeavesNothing(Signal.TERM, this::isAnnounced);
    }

    @Test
    void leavesNothingOfARunThatTriesItsNetworks() throws Exception {
        assertLeavesNothing(Signal.INT, () -> Files.exists(made));
    }

    @Test
    void leavesNothingOfARunThatMakesItsFolders() throws Exception {
        assertLeavesNothing(Signal.TERM, () -> Files.exists(saved));
    }

    /** The models of the first seed are there. */
    @Test
    void ofARunWithoutCheckpointsItIsSaidWhatStays() throws Exception {
        Path model = made.resolve("teacher-0000.params");
        stop(
                Signal.INT,
                () -> Files.exists(model) && Files.readString(said).contains("2/500 teacher"),
                "distill",
                "--seeds=500",
                "--epochs=1",
                "--teacher-epochs=1",
                "--progress=plain",
                "--out=" + made);
        List<String> lines = Files.readAllLines(said);
        assertTrue(
                lines.contains(
                        "Stopped: nothing is saved without --checkpoint but what is in %s."
                                .formatted(made)),
                lines.toString());
        assertTrue(Files.exists(model));
    }

    @Test
    void ofARunWithoutCheckpointsAndModelsNothingStays() throws Exception {
        stop(
                Signal.TERM,
                () -> Files.readString(said).contains("/5000"),
                "distill",
                "--seeds=1",
                "--teacher-epochs=5000",
                "--progress=bar",
                "--out=" + made);
        List<String> lines = Files.readAllLines(said);
        assertTrue(
                lines.stream()
                        .anyMatch(
                                line ->
                                        line.endsWith(
                                                "Stopped: nothing is saved without --checkpoint.")),
                lines.toString());
        assertTrue(Files.notExists(made));
    }

    @Test
    void hasARunSaveItsStateAndEndInTheSameParameters() throws Exception {
        stop(
                Signal.INT,
                () -> holdsCheckpoint(saved.resolve("seed-1/student-alone")),
                with(
                        RUN,
                        "--progress=none",
                        "--checkpoint=" + saved,
                        "--checkpoint-every=20",
                        "--out=" + made));
        String goOn = "Stopped. Go on with: ./retort distill --resume " + saved;
        assertEquals(goOn, lastWords());
        stop(Signal.TERM, this::isAnnounced, "distill", "--resume=" + saved, "--progress=plain");
        assertEquals(goOn, lastWords());
        assertTrue(Files.notExists(made.resolve("report.html")));
        assertEquals(0, run("distill", "--resume=" + saved), err.toString());
        assertTrue(out.toString().contains(", since it was resumed"), out.toString());
        Path whole = folder.resolve("whole");
        assertEquals(0, run(with(RUN, "--progress=none", "--out=" + whole)), err.toString());
        assertEquals(accuracies(report(whole)), accuracies(report(made)));
        for (String name : List.of("teacher-0000.params", "student-distilled-0000.params")) {
            assertEquals(-1, Files.mismatch(whole.resolve(name), made.resolve(name)), name);
        }
    }
}
