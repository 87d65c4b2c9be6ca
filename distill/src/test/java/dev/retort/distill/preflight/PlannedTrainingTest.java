package dev.retort.distill.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.distill.train.TrainingProgress;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class PlannedTrainingTest {
    private static final PlannedTraining PLANNED = new PlannedTraining(200, Duration.ofSeconds(50));

    private static Duration left(long steps, boolean finished) {
        return PLANNED.left(new TrainingProgress(steps, finished));
    }

    @Test
    void whatIsLeftTakesItsShareOfTheTime() {
        assertEquals(PLANNED.time(), PLANNED.left(TrainingProgress.NONE));
        assertEquals(Duration.ofSeconds(20), left(120, false));
        assertEquals(Duration.ofMillis(250), left(199, false));
    }

    /** One that stopped early, and one that is asked for fewer steps than it has made. */
    @Test
    void whatIsOverTakesNoTimeAndNeverLess() {
        assertEquals(Duration.ZERO, left(40, true));
        assertEquals(Duration.ZERO, left(200, false));
        assertEquals(Duration.ZERO, left(900, false));
    }

    @Test
    void aTrainingHasAStep() {
        assertEquals(
                "expected at least 1 step, found 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new PlannedTraining(0, Duration.ZERO))
                        .getMessage());
    }
}
