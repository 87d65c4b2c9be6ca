package dev.retort.experiment.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.experiment.Checkpoint;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is a checkpoint of an attempt, and whether it is what was committed. */
final class CheckpointFilesTest {
    @TempDir private Path lab;

    private Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectories(lab.resolve("runs/e/a/1/attempt-1-7"));
        Files.createDirectories(folder.resolve("ckpt/part"));
        Files.writeString(folder.resolve("ckpt/weights"), "abc");
        Files.writeString(folder.resolve("ckpt/part/1"), "de");
        Files.writeString(lab.resolve("elsewhere"), "x");
    }

    @Test
    void aRelativePathIsOneOfTheAttempt() throws Exception {
        Checkpoint relative = CheckpointFiles.commit(lab, folder, 3, Path.of("ckpt"), false);
        assertEquals("runs/e/a/1/attempt-1-7/ckpt", relative.path());
        assertEquals(5, relative.bytes());
        assertEquals(
                relative, CheckpointFiles.commit(lab, folder, 3, folder.resolve("ckpt"), false));
        assertEquals(
                relative,
                CheckpointFiles.commit(lab, folder, 3, Path.of("x", "..", "ckpt"), false));
        assertEquals(folder.resolve("ckpt"), CheckpointFiles.verified(lab, relative));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../../elsewhere", "", "/"})
    void whatIsElsewhereIsRefused(String path) {
        IOException refused =
                assertThrows(
                        IOException.class,
                        () -> CheckpointFiles.commit(lab, folder, 3, Path.of(path), false));
        assertEquals(
                "the checkpoint of step 3 is " + path + ": expected a file or folder in " + folder,
                refused.getMessage());
    }

    @Test
    void whatOthersGoOnFromIsACopyOfItsOwnEachTime() throws Exception {
        Checkpoint first = CheckpointFiles.commit(lab, folder, 3, Path.of("ckpt"), true);
        Files.writeString(folder.resolve("ckpt/weights"), "abcd");
        Checkpoint second = CheckpointFiles.commit(lab, folder, 3, Path.of("ckpt"), true);
        assertEquals(5, first.bytes());
        assertEquals(6, second.bytes());
        CheckpointFiles.verified(lab, first);
        CheckpointFiles.verified(lab, second);
    }

    @Test
    void whatIsMissingOrWasChangedIsTold() throws Exception {
        assertThrows(
                IOException.class,
                () -> CheckpointFiles.commit(lab, folder, 3, Path.of("nothing"), false));
        Checkpoint checkpoint = CheckpointFiles.commit(lab, folder, 3, Path.of("ckpt"), false);
        Files.writeString(folder.resolve("ckpt/part/1"), "dx");
        IOException changed =
                assertThrows(IOException.class, () -> CheckpointFiles.verified(lab, checkpoint));
        assertEquals(
                "the checkpoint of step 3 was changed after it was committed: "
                        + folder.resolve("ckpt"),
                changed.getMessage());
    }
}
