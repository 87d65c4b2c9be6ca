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
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Kills a training with SIGKILL at random moments and lets it go on: the result is that of the
 * training that nobody killed, bit for bit. {@code -Dretort.kills=50} kills fifty times.
 */
@Tag("slow")
@Tag("engines")
class KilledTrainingTest {
    private static final int KILLS = Integer.getInteger("retort.kills", 3);

    @TempDir Path folder;

    private static Process start(Path where) throws IOException {
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
                                where.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Runs to the end; returns what it came to. */
    private static String finish(Path where) throws IOException, InterruptedException {
        Process process = start(where);
        String result = "nothing";
        try (BufferedReader output = output(process)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(KilledTraining.DONE)) {
                    result = line;
                }
            }
        }
        assertEquals(0, process.waitFor());
        return result;
    }

    /** Kills it somewhere in one of its steps, or in what follows the step. */
    private static void kill(Path where, int step, long micros)
            throws IOException, InterruptedException {
        Process process = start(where);
        try (BufferedReader output = output(process)) {
            int seen = 0;
            while (seen < step && output.readLine() != null) {
                seen++;
            }
            Thread.sleep(micros / 1000, (int) (micros % 1000) * 1000);
            process.destroyForcibly();
            int exit = process.waitFor();
            // 128 + SIGKILL, or 0 where it was faster.
            assertTrue(exit == 137 || exit == 0, "exit code " + exit);
        }
    }

    @Test
    void aTrainingThatWasKilledEndsInTheSameBits() throws IOException, InterruptedException {
        String whole = finish(folder.resolve("whole"));
        assertTrue(whole.startsWith(KilledTraining.DONE), whole);
        RandomGenerator random = Seeds.generator(11, KILLS);
        for (int kill = 1; kill <= KILLS; kill++) {
            Path where = folder.resolve("run" + kill);
            int step = random.nextInt(1, ResumableTraining.STEPS + 1);
            long micros = random.nextLong(30_000);
            kill(where, step, micros);
            assertEquals(
                    whole,
                    finish(where),
                    "killed %d us after step %d began".formatted(micros, step));
        }
    }
}
