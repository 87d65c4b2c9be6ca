package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.augment.ImageAugmentation;
import dev.retort.distill.checkpoint.CheckpointException;
import dev.retort.distill.train.StopRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What a checkpoint of a study must be of. */
class CheckpointIdentityTest {
    private static final ImageAugmentation MIRRORED = new ImageAugmentation(0, true, 0);

    @TempDir Path folder;

    private StudyResult run(DistillationTask task) throws IOException {
        return Study.run(
                task,
                1,
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new StudyCheckpoints(folder, 0, Duration.ZERO, 2, new StopRequest())),
                StudyObserver.NONE);
    }

    @Test
    void aTeacherThatWasTrainedOnOtherImagesIsRefused() throws IOException {
        run(SmallStudy.task(2, Optional.of(MIRRORED)));
        String message =
                assertThrows(
                                CheckpointException.class,
                                () -> run(SmallStudy.task(2, Optional.empty())))
                        .getMessage();
        assertTrue(
                String.valueOf(message)
                        .startsWith(
                                "expected a checkpoint of a training with the augmentation none,"
                                        + " found one with ImageAugmentation[padding=0,"
                                        + " mirrored=true"),
                message);
    }

    @Test
    void aBestEpochThatOtherSamplesChoseIsRefused() throws IOException {
        StudyResult first = run(SmallStudy.task(2, Optional.empty()));
        assertEquals(
                first.seeds().getFirst().models().getFirst().testBest(),
                run(SmallStudy.task(2, Optional.empty()))
                        .seeds()
                        .getFirst()
                        .models()
                        .getFirst()
                        .testBest());
        String message =
                assertThrows(
                                CheckpointException.class,
                                () -> run(SmallStudy.task(4, Optional.empty())))
                        .getMessage();
        assertTrue(
                String.valueOf(message)
                        .startsWith(
                                "expected a checkpoint of a training with the validation samples "),
                message);
    }
}
