package dev.retort.experiment.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** The version of a task is that of the place it comes from; where that fails, one sentence. */
final class CodeVersionTest {
    @TempDir private Path folder;

    @Test
    void itChangesWithNamesAndContents() throws Exception {
        Files.writeString(folder.resolve("A.class"), "a");
        String before = CodeVersion.of(folder);
        assertTrue(CodeVersion.isDerived(before), before);
        assertEquals(before, CodeVersion.of("T", folder.toUri().toURL()));
        Files.move(folder.resolve("A.class"), folder.resolve("B.class"));
        String renamed = CodeVersion.of(folder);
        assertNotEquals(before, renamed);
        Files.writeString(folder.resolve("B.class"), "b");
        assertNotEquals(renamed, CodeVersion.of(folder));
    }

    /** Such as a class of a jar within a jar, which no file system is open for. */
    @Test
    void aPlaceThatIsNoFileIsTold() throws Exception {
        URL nested = URI.create("jar:" + folder.toUri() + "app.jar!/lib/task.jar").toURL();
        assertTrue(
                message(nested).startsWith("the code of task T cannot be read: "), message(nested));
        assertEquals(
                "the code of task T cannot be read: " + folder.resolve("none"),
                message(folder.resolve("none").toUri().toURL()));
    }

    private static String message(URL place) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> CodeVersion.of("T", place))
                        .getMessage());
    }
}
