package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Optional;

class OutputFolderTest {
    @TempDir Path folder;

    @Test
    void aDiskThatIsTooFullIsSaidBeforeTheTraining() {
        OutputFolder made = new OutputFolder(folder, false);
        String warning = made.warning(1L << 60).orElseThrow();
        assertTrue(
                warning.startsWith(
                        "expected about 1048576 TiB of free space for models and report in "
                                + folder),
                warning);
        assertEquals(Optional.empty(), made.warning(0));
    }

    @Test
    void aFileSystemThatDoesNotSayIsNoReasonToStop() {
        OutputFolder gone = new OutputFolder(folder.resolve("gone"), false);
        assertEquals(Optional.empty(), gone.warning(1L << 60));
    }
}
