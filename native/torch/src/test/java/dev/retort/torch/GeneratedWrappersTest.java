package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The committed wrappers are what the generator writes. */
class GeneratedWrappersTest {
    private static final Path COMMITTED = Path.of("src/main/java/dev/retort/torch/ffi");

    @TempDir Path fresh;

    @Test
    void committedWrappersAreUpToDate() throws IOException, InterruptedException {
        Process generator =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "src/main/aten/GenerateAten.java",
                                "src/main/aten",
                                fresh.toString())
                        .inheritIO()
                        .start();
        assertEquals(0, generator.waitFor());
        List<Path> written;
        try (Stream<Path> files = Files.list(fresh)) {
            written = files.sorted().toList();
        }
        assertFalse(written.isEmpty());
        for (Path file : written) {
            assertEquals(
                    Files.readString(file),
                    Files.readString(COMMITTED.resolve(file.getFileName().toString())),
                    file.getFileName() + " is not up to date; see native/torch/README.md");
        }
    }
}
