package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Kills a training with SIGKILL at random moments, also one that was killed and resumed before, and
 * lets it go on: the result is that of the training that nobody killed, bit for bit. What goes on
 * from a checkpoint begins with other parameters, so that it cannot get there by starting over.
 * {@code -Dretort.kills=50} kills fifty trainings.
 */
@Tag("slow")
@Tag("engines")
class KilledTrainingTest {
    private static final int KILLS = Integer.getInteger("retort.kills", 3);
    private static final int KILLED = 128 + 9;
    private static final int FIRST_SEED = 3;
    // Kills come within steps and not after the last one.
    private static final int PAUSE_MILLIS = 5;

    @TempDir Path folder;

    private Process start(Path where, int pauseMillis) throws IOException {
        int seed = isSaved(where) ? 99 : FIRST_SEED;
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dai.djl.default_engine="
                                        + System.getProperty("ai.djl.default_engine"),
                                "-Dai.djl.pytorch.num_threads=1",
                                "-Ddev.retort.torch.threads=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledTraining.class.getName(),
                                where.toString(),
                                Integer.toString(seed),
                                Integer.toString(pauseMillis)))
                .redirectError(ProcessBuilder.Redirect.appendTo(errors().toFile()))
                .start();
    }

    private Path errors() {
        return folder.resolve("stderr.txt");
    }

    private static boolean isSaved(Path where) throws IOException {
        if (!Files.isDirectory(where)) {
            return false;
        }
        try (Stream<Path> all = Files.list(where)) {
            return all.anyMatch(p -> p.toString().matches(".*-step-\\d+\\.sha256"));
        }
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Runs to the end; returns what it came to. */
    private String finish(Path where) throws IOException, InterruptedException {
        boolean saved = isSaved(where);
        Process process = start(where, 0);
        String result = "nothing";
        int from = -1;
        int steps = 0;
        try (BufferedReader output = output(process)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(KilledTraining.FROM)) {
                    from = Integer.parseInt(line.substring(KilledTraining.FROM.length()));
                } else if (line.startsWith(KilledTraining.DONE)) {
                    result = line;
                } else {
                    steps++;
                }
            }
        }
        assertEquals(0, process.waitFor(), Files.readString(errors()));
        assertEquals(saved, from > 0, "went on from step " + from);
        assertEquals(ResumableTraining.STEPS - from, steps, "steps made from step " + from + " on");
        return result;
    }

    /** Kills it somewhere in one of its steps, or in what follows; whether it was still at work. */
    private boolean kill(Path where, int step, long micros)
            throws IOException, InterruptedException {
        Process process = start(where, PAUSE_MILLIS);
        try (BufferedReader output = output(process)) {
            int seen = -1;
            while (seen < step && output.readLine() != null) {
                seen++;
            }
            Thread.sleep(micros / 1000, (int) (micros % 1000) * 1000);
            process.destroyForcibly();
            int exit = process.waitFor();
            assertTrue(
                    exit == KILLED || exit == 0,
                    "exit code " + exit + ": " + Files.readString(errors()));
            return exit == KILLED;
        }
    }

    @Test
    void aTrainingThatWasKilledEndsInTheSameBits() throws IOException, InterruptedException {
        String whole = finish(folder.resolve("whole"));
        assertTrue(whole.startsWith(KilledTraining.DONE), whole);
        RandomGenerator random = Seeds.generator(11, KILLS);
        int killed = 0;
        for (int run = 1; run <= KILLS; run++) {
            Path where = folder.resolve("run" + run);
            int step = random.nextInt(1, ResumableTraining.STEPS - 20);
            int again = random.nextInt(1, 10);
            long micros = random.nextLong(30_000);
            killed += kill(where, step, micros) ? 1 : 0;
            killed += kill(where, again, micros) ? 1 : 0;
            assertEquals(
                    whole,
                    finish(where),
                    "killed %d us after step %d and the %dth after that began"
                            .formatted(micros, step, again));
        }
        // 2 * KILLS were tried.
        assertTrue(killed > KILLS, killed + " were still at work");
    }
}
