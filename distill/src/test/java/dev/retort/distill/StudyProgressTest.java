package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.distill.checkpoint.CheckpointException;
import dev.retort.distill.train.StopRequest;
import dev.retort.distill.train.TrainingProgress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far a study is, by what its trainings have saved. */
class StudyProgressTest {
    @TempDir Path folder;

    private StudyCheckpoints checkpoints() {
        return new StudyCheckpoints(folder, 0, Duration.ZERO, 2, new StopRequest());
    }

    private void save(long seed, Role role, long step) throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                NDArray array = manager.ones(new Shape(3))) {
            checkpoints()
                    .of(seed, role)
                    .save(
                            step,
                            Map.of(),
                            new JsonMapper().createObjectNode().put("finished", false),
                            Map.of("weight", array));
        }
    }

    @Test
    void whatIsFinishedAndWhatIsUnderWayAreToldApart() throws IOException {
        Study.run(
                SmallStudy.task(),
                7,
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.of(checkpoints()),
                StudyObserver.NONE);
        save(8, Role.TEACHER, 2);
        StudyProgress found = StudyProgress.of(folder, 7, 3);
        // 24 samples in batches of 8.
        TrainingProgress over = new TrainingProgress(3, true);
        assertEquals(
                List.of(
                        Map.of(
                                Role.TEACHER,
                                over,
                                Role.STUDENT_ALONE,
                                over,
                                Role.STUDENT_DISTILLED,
                                over),
                        Map.of(Role.TEACHER, new TrainingProgress(2, false)),
                        Map.of()),
                found.seeds());
        assertTrue(found.hasBegun());
    }

    @Test
    void aFolderThatIsNotThereIsAStudyThatBegins() throws IOException {
        StudyProgress found = StudyProgress.of(folder.resolve("none"), 1, 2);
        assertEquals(StudyProgress.none(2), found);
        assertFalse(found.hasBegun());
    }

    @Test
    void aTrainingWithoutAnIntactCheckpointIsNamedBeforeTheOthersGoOn() throws IOException {
        save(2, Role.STUDENT_ALONE, 4);
        Path training = folder.resolve("seed-2/student-alone");
        Files.write(training.resolve("000001-step-4.safetensors"), new byte[9]);
        String message =
                assertThrows(CheckpointException.class, () -> StudyProgress.of(folder, 1, 2))
                        .getMessage();
        assertTrue(
                String.valueOf(message)
                        .startsWith("expected an intact checkpoint in " + training + ", found "),
                message);
    }
}
