package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.nn.Block;

import dev.retort.distill.data.Digits;
import dev.retort.distill.train.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A study whose models cannot be saved. */
class UnsavedModelsTest {
    private static final TrainingPlan PLAN = TrainingPlan.of(1, 512, 1e-2f);

    @TempDir Path folder;

    private static Block network() {
        return Networks.mlp(new int[] {4}, 10);
    }

    /** A folder with something in it is in the way of each file, as a full disk would be. */
    @Test
    void theFailureThatEndsAStudyHoldsThoseOfTheOtherModels() throws IOException {
        for (String name : List.of("teacher", "student-distilled")) {
            Files.createDirectories(folder.resolve(name + "-0000.params").resolve("something"));
        }
        DistillationTask task =
                new DistillationTask(
                        Digits.load(),
                        UnsavedModelsTest::network,
                        UnsavedModelsTest::network,
                        PLAN,
                        PLAN,
                        4,
                        0.9,
                        OptionalInt.empty());
        IOException end =
                assertThrows(
                        IOException.class,
                        () -> Study.run(task, 1, 1, Optional.of(folder), StudyObserver.NONE));
        assertBegins("the teacher cannot be saved in " + folder, end);
        assertEquals(1, end.getSuppressed().length);
        assertBegins("the student distilled cannot be saved in " + folder, end.getSuppressed()[0]);
    }

    private static void assertBegins(String expected, Throwable found) {
        assertTrue(String.valueOf(found.getMessage()).startsWith(expected), found.getMessage());
    }
}
