package dev.retort.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class RateProbeTest {
    @TempDir private Path folder;

    private void cache(int index, String type, String size, String cores) throws IOException {
        Path level = Files.createDirectory(folder.resolve("index" + index));
        Files.writeString(level.resolve("type"), type + "\n");
        Files.writeString(level.resolve("size"), size + "\n");
        Files.writeString(level.resolve("shared_cpu_list"), cores + "\n");
    }

    @Test
    void aCacheThatCoresShareIsDivided() throws IOException {
        cache(0, "Data", "48K", "0");
        cache(1, "Instruction", "64M", "0");
        cache(2, "Unified", "2048K", "0,64");
        assertEquals(1024.0 * 1024, RateProbe.cacheBytes(folder));
        cache(3, "Unified", "32M", "0-3,64-67");
        assertEquals(4.0 * 1024 * 1024, RateProbe.cacheBytes(folder));
    }

    @Test
    void aMachineThatDoesNotTellHasAUsualCache() throws IOException {
        assertEquals(RateProbe.USUAL_CACHE_BYTES, RateProbe.cacheBytes(folder.resolve("nowhere")));
        assertEquals(RateProbe.USUAL_CACHE_BYTES, RateProbe.cacheBytes(folder));
        cache(0, "Data", "unknown", "0");
        assertEquals(RateProbe.USUAL_CACHE_BYTES, RateProbe.cacheBytes(folder));
    }
}
