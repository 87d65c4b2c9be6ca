package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A disk that is really full where a run writes its results, while its checkpoints are on another.
 */
class FullOutputTest extends DistillRuns {
    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static List<Path> checkpoints(Path saved) throws IOException {
        try (Stream<Path> all = Files.walk(saved)) {
            return all.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
        }
    }

    @Test
    void costsNoTrainingAndItIsSaidHowToGoOn() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                succeeds("mount", "-t", "tmpfs", "-o", "size=32k", "retort", disk.toString()),
                "this process may not mount a file system");
        try {
            Path saved = folder.resolve("saved");
            int exit =
                    run(
                            "distill",
                            "--seeds=1",
                            "--epochs=1",
                            "--teacher-epochs=1",
                            "--progress=none",
                            "--checkpoint=" + saved,
                            "--out=" + disk);
            assertEquals(1, exit);
            String said = err.toString();
            assertTrue(
                    said.startsWith("retort: the report cannot be written to %s (".formatted(disk)),
                    said);
            assertTrue(said.contains("No space left on device"), said);
            assertTrue(
                    said.endsWith(
                            "; what was saved there stays, and once there is room ./retort distill --resume %s writes the rest%n"
                                    .formatted(saved)),
                    said);
            assertTrue(out.toString().contains("test accuracy"), out.toString());
            List<Path> before = checkpoints(saved);
            assertTrue(succeeds("mount", "-o", "remount,size=8m", disk.toString()));
            assertEquals(0, run("distill", "--resume=" + saved), err.toString());
            assertEquals(before, checkpoints(saved), "nothing was trained once more");
            for (String name :
                    List.of(
                            "report.html",
                            "teacher-0000.params",
                            "student-distilled-0000.params")) {
                assertTrue(Files.size(disk.resolve(name)) > 0, name);
            }
        } finally {
            assertTrue(succeeds("umount", "-l", disk.toString()));
        }
    }
}
