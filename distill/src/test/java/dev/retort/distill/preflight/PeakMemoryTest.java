package dev.retort.distill.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

class PeakMemoryTest {
    private static final long MEBIBYTE = 1L << 20;

    @TempDir private Path process;

    @Test
    void hasTheKernelForgetAndReadsWhatItSays() throws IOException {
        PeakMemory memory = PeakMemory.begin(process);
        assertEquals("5", Files.readString(process.resolve("clear_refs")));
        Files.writeString(
                process.resolve("status"),
                "Name:\tjava\nVmPeak:\t    9000 kB\nVmHWM:\t    2048 kB\nVmRSS:\t     512 kB\n");
        assertEquals(OptionalLong.of(2 * MEBIBYTE), memory.bytes());
    }

    @Test
    void isEmptyWhereNothingIsSaid() throws IOException {
        assertEquals(OptionalLong.empty(), PeakMemory.begin(process.resolve("none")).bytes());
        Files.writeString(process.resolve("status"), "VmRSS:\t     512 kB\n");
        assertEquals(OptionalLong.empty(), PeakMemory.begin(process).bytes());
        Files.writeString(process.resolve("status"), "VmHWM:\tmuch\n");
        assertEquals(OptionalLong.empty(), PeakMemory.begin(process).bytes());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void seesMemoryThatWasFreedAgain() {
        long before = PeakMemory.begin().bytes().orElseThrow();
        PeakMemory memory = PeakMemory.begin();
        try (Arena arena = Arena.ofConfined()) {
            arena.allocate(256 * MEBIBYTE).fill((byte) 1);
        }
        assertTrue(memory.bytes().orElseThrow() > before + 128 * MEBIBYTE);
    }
}
