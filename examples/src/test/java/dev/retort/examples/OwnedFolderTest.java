package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A run that goes on writes over its own results alone. */
class OwnedFolderTest {
    @TempDir Path parent;

    private Path out;
    private OutputFolder folder;

    @BeforeEach
    void make() throws IOException {
        out = parent.resolve("out");
        folder = OutputFolder.of(out, "digits");
        folder.own("a");
    }

    @Test
    void itsOwnResultsAreFound() throws IOException {
        OutputFolder.requireOwn(out, "a");
        Files.writeString(out.resolve("teacher-0000.params"), "of a");
        assertDoesNotThrow(() -> OutputFolder.requireOwn(out, "a"));
        folder.own("a");
        assertDoesNotThrow(() -> OutputFolder.requireOwn(out, "a"));
        assertFalse(Files.exists(out.resolve("..retort-run.tmp")));
    }

    @Test
    void thoseOfAnotherRunAreRefused() throws IOException {
        // The first run left nothing, and another took the name.
        OutputFolder.check(out);
        OutputFolder.of(out, "digits").own("b");
        Files.writeString(out.resolve("teacher-0000.params"), "of b");
        assertEquals(
                "expected results of this run alone in %s, found teacher-0000.params of another one: move that folder away to go on"
                        .formatted(out),
                assertThrows(
                                IllegalArgumentException.class,
                                () -> OutputFolder.requireOwn(out, "a"))
                        .getMessage());
    }

    @Test
    void soAreThoseOfARunWithoutCheckpoints() throws IOException {
        OutputFolder.of(out, "digits");
        Files.writeString(out.resolve("report.json"), "{}");
        assertThrows(IllegalArgumentException.class, () -> OutputFolder.requireOwn(out, "a"));
    }

    @Test
    void aFolderWithoutResultsIsRemoved() throws IOException {
        assertFalse(folder.holdsFiles());
        folder.removeIfNewAndEmpty();
        assertTrue(Files.notExists(out));
        assertDoesNotThrow(() -> OutputFolder.requireOwn(out, "a"));
    }
}
