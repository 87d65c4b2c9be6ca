package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** How much memory the process has, as the operating system says. */
final class ResidentSet {
    private static final int ROUNDS = 21;

    private ResidentSet() {}

    /**
     * Fails when nearly all rounds of work take memory that they do not give back, as they do when
     * there is a leak. Many may: the heap grows, and the JIT compilers take tens of MiB for a
     * while.
     *
     * @param leak the bytes that a round would leave behind if it kept the least of what matters
     * @param round the work, to be done many times
     */
    static void assertFlat(long leak, Runnable round) throws IOException {
        long[] growth = new long[ROUNDS];
        long before = bytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
            long now = bytes();
            growth[i] = now - before;
            before = now;
        }
        String message = "bytes by round: " + Arrays.toString(growth);
        Arrays.sort(growth);
        assertTrue(growth[ROUNDS / 4] < leak / 2, message);
    }

    private static long bytes() throws IOException {
        System.gc();
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1];
        return Long.parseLong(pages) * 4096;
    }
}
