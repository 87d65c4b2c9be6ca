package dev.retort.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the process has, as the operating system says. */
final class ResidentSet {
    /** What the heap of a small test and malloc's arenas may still take after a warm-up. */
    static final long TOLERANCE = 64L << 20;

    private ResidentSet() {}

    static long bytes() throws IOException {
        System.gc();
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1];
        return Long.parseLong(pages) * 4096;
    }
}
