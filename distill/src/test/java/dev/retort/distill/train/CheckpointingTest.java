package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.checkpoint.CheckpointFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** When a checkpoint is due. */
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
}
