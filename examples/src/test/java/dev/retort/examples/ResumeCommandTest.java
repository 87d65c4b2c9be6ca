package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.recipe.RecipeFile;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@code retort distill} that is killed and resumed. */
@Tag("slow")
class ResumeCommandTest {
    private static final List<String> RUN =
            List.of(
                    "distill",
                    "--seeds=1",
                    "--epochs=8",
                    "--teacher-epochs=4",
                    "--labels=100",
                    "--ema=0.9",
                    "--accumulate=2",
                    "--schedule=one-cycle",
                    "--progress=none");

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(List<String> arguments) {
        CommandLine command = Retort.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments.toArray(String[]::new));
    }

    private static List<String> with(String... more) {
        List<String> arguments = new ArrayList<>(RUN);
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** Kills the run as soon as a training has saved its state. */
    private void killed(Path checkpoints, String training)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Retort.class.getName());
        command.addAll(
                with(
                        "--checkpoint=" + checkpoints,
                        "--checkpoint-every=20",
                        "--out=" + folder.resolve("resumed")));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Path saved = checkpoints.resolve("seed-1").resolve(training);
        while (process.isAlive() && !holdsCheckpoint(saved)) {
            Thread.sleep(2);
        }
        process.destroyForcibly();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertTrue(holdsCheckpoint(saved), "it was over before it could be killed");
    }

    private static boolean holdsCheckpoint(Path training) throws IOException {
        if (!Files.isDirectory(training)) {
            return false;
        }
        try (Stream<Path> files = Files.list(training)) {
            return files.anyMatch(file -> file.toString().endsWith(".sha256"));
        }
    }

    /** What the report says of seeds and epochs, without times. */
    private static List<String> accuracies(Path report) throws IOException {
        JsonNode root = new ObjectMapper().readTree(report.resolve("report.json").toFile());
        List<String> found = new ArrayList<>();
        collect(root.get("seeds"), "", found);
        collect(root.get("comparison"), "", found);
        return found;
    }

    private static void collect(JsonNode node, String path, List<String> into) {
        if (node.isValueNode()) {
            if (!path.contains("Seconds")) {
                into.add(path + "=" + node);
            }
            return;
        }
        node.properties().forEach(e -> collect(e.getValue(), path + "/" + e.getKey(), into));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), path + "/" + i, into);
        }
    }

    @Test
    void endsInTheReportOfTheRunThatNobodyKilled() throws IOException, InterruptedException {
        Path checkpoints = folder.resolve("checkpoints");
        killed(checkpoints, "student-alone");
        // It has no cache since --out was given, which is so whatever --out means when it goes on.
        assertNull(RecipeFile.read(checkpoints.resolve("command-recipe.json")).cache());
        assertEquals(2, run(with("--checkpoint=" + checkpoints)), "no second run in the folder");
        assertTrue(
                err.toString().contains("holds the checkpoints of a run already"), err.toString());
        assertEquals(0, run(List.of("distill", "--resume=" + checkpoints)), err.toString());
        assertEquals(0, run(with("--out=" + folder.resolve("whole"))), err.toString());
        List<String> whole = accuracies(folder.resolve("whole"));
        assertTrue(whole.size() > 50, whole.toString());
        assertEquals(whole, accuracies(folder.resolve("resumed")));
        assertEquals(0, run(List.of("distill", "--resume=" + checkpoints)), err.toString());
        assertTrue(out.toString().contains("is finished; its report is "), out.toString());
        // As if it had been killed after its report and before its exports.
        Files.delete(checkpoints.resolve("finished.json"));
        Files.delete(folder.resolve("resumed/report.html"));
        try (FolderLock _ = FolderLock.of("--checkpoint", checkpoints)) {
            assertEquals(2, run(List.of("distill", "--resume=" + checkpoints)));
            assertTrue(
                    err.toString().contains("that no run is at work in, found one in"),
                    err.toString());
        }
        assertEquals(0, run(List.of("distill", "--resume=" + checkpoints)), err.toString());
        assertTrue(Files.exists(folder.resolve("resumed/report.html")));
        assertEquals(whole, accuracies(folder.resolve("resumed")));
    }
}
