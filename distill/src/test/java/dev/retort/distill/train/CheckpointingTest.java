package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;

import dev.retort.distill.checkpoint.CheckpointFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** When a checkpoint is due, and that the moment does not matter. */
class CheckpointingTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir Path folder;

    private Checkpointing settings(long steps, Duration every) {
        return new Checkpointing(new CheckpointFolder(folder, 2), Map.of(), steps, every);
    }

    @Test
    void withoutStepsAndTimeWhatTheLastSaveTookDecides() {
        Checkpointing byCost = settings(0, Duration.ZERO);
        assertFalse(byCost.isDue(1_000_000, 5 * SECOND - 1, 0));
        assertTrue(byCost.isDue(1, 5 * SECOND, 0));
        // A tenth of a second is paid for after 3 s, two seconds are after a minute.
        assertTrue(byCost.isDue(1, 5 * SECOND, SECOND / 10));
        assertFalse(byCost.isDue(1, 60 * SECOND - 1, 2 * SECOND));
        assertTrue(byCost.isDue(1, 60 * SECOND, 2 * SECOND));
    }

    /** Each save at the first moment that is due, whatever saves take. */
    @Test
    void savingByCostTakesThreePercentOfTheTimeInTheLongRun() {
        Checkpointing byCost = settings(0, Duration.ZERO);
        for (long save : new long[] {SECOND / 1000, SECOND / 5, SECOND, 90 * SECOND}) {
            // Nothing is known of the first save, which comes early whatever it takes.
            long time = waited(byCost, 0) + save;
            assertEquals(5 * SECOND + save, time);
            for (int saves = 2; saves <= 100; saves++) {
                time += waited(byCost, save) + save;
                double others = (double) save * (saves - 1) / time;
                assertTrue(others <= 1.0 / 31, "saves of %d ns take %s".formatted(save, others));
            }
            double all = save * 100.0 / time;
            assertTrue(all < 0.033, "100 saves of %d ns take %s".formatted(save, all));
        }
    }

    private static long waited(Checkpointing settings, long lastSave) {
        long wait = 0;
        while (!settings.isDue(1, wait, lastSave)) {
            wait += SECOND / 10;
        }
        return wait;
    }

    @Test
    void stepsAndTimesThatWereGivenAreKeptTo() {
        Checkpointing steps = settings(20, Duration.ZERO);
        assertFalse(steps.isDue(19, 1000 * SECOND, 0));
        assertTrue(steps.isDue(20, 0, 1000 * SECOND));
        Checkpointing time = settings(0, Duration.ofSeconds(1));
        assertFalse(time.isDue(1_000_000, SECOND - 1, 0));
        assertTrue(time.isDue(1, SECOND, 1000 * SECOND));
        assertEquals(Duration.ofSeconds(5), Checkpointing.LEAST);
    }

    /** The losses of the epochs as their bits, and a hash of the parameters. */
    private List<String> savedEvery(int steps) {
        List<String> losses = new ArrayList<>();
        SequentialBlock block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(8).build())
                        .add(Dropout.builder().optRate(0.3f).build())
                        .add(Linear.builder().setUnits(3).build());
        Path where = folder.resolve("every-" + steps);
        try (SmallTraining training = new SmallTraining(1, block)) {
            training.settings = loop -> loop.checkpoint(SmallTraining.every(where, steps));
            training.validation =
                    TensorSource.ordered(training.features, training.classes, SmallTraining.BATCH);
            training.observer =
                    new TrainingObserver() {
                        @Override
                        public void epochEnded(EpochRecord epoch) {
                            losses.add(
                                    Double.doubleToLongBits(epoch.trainLoss())
                                            + " "
                                            + epoch.validation());
                        }
                    };
            losses.add(training.hash());
        }
        return losses;
    }

    /** By time or cost they differ from run to run. */
    @Test
    void theMomentsOfSavesChangeNothingOfWhatIsTrained() {
        List<String> once = savedEvery(1000);
        assertEquals(4, once.size());
        for (int steps : new int[] {1, 2, 5}) {
            assertEquals(once, savedEvery(steps), "saved after each of " + steps);
        }
    }
}
