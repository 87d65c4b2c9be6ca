package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.training.tracker.Tracker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateTest {
    private static final float PEAK = 0.02f;

    @ParameterizedTest
    @CsvSource({"1000, 0.1, 100", "37, 0.1, 3", "200, 0.5, 100", "10, 0.25, 2"})
    void risesToThePeakAndFallsToAHundredthOfIt(int steps, float share, int warmUp) {
        Tracker tracker = LearningRate.cosine(PEAK, share).over(steps);
        for (int step = 1; step < warmUp; step++) {
            assertEquals(PEAK * step / warmUp, tracker.getNewValue(step), 1e-7f);
        }
        assertEquals(PEAK, tracker.getNewValue(warmUp), 1e-9f);
        for (int step = warmUp + 1; step <= steps; step++) {
            assertTrue(
                    tracker.getNewValue(step) < tracker.getNewValue(step - 1),
                    "does not fall at step " + step);
        }
        assertEquals(0.01f * PEAK, tracker.getNewValue(steps), 1e-8f);
    }

    @Test
    void isHalfACosine() {
        Tracker tracker = LearningRate.cosine(PEAK, 0.2f).over(500);
        for (int step = 100; step <= 500; step++) {
            double phase = Math.PI * (step - 100) / 400;
            double floor = 0.01 * PEAK;
            assertEquals(
                    floor + (PEAK - floor) * (1 + Math.cos(phase)) / 2,
                    tracker.getNewValue(step),
                    1e-8);
        }
    }

    @Test
    void beginsNearThePeakWithoutWarmUp() {
        Tracker tracker = LearningRate.cosine(PEAK, 0).over(1000);
        assertEquals(PEAK, tracker.getNewValue(1), 1e-5 * PEAK);
        assertTrue(tracker.getNewValue(2) < tracker.getNewValue(1));
        assertEquals(0.01f * PEAK, tracker.getNewValue(1000), 1e-8f);
    }

    @Test
    void constantStaysTheSame() {
        Tracker tracker = LearningRate.constant(0.3f).over(10);
        for (int step = 1; step <= 10; step++) {
            assertEquals(0.3f, tracker.getNewValue(step));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
    void refusesARateThatIsNotAboveZero(float rate) {
        String expected = "expected a finite learning rate above 0, found " + rate;
        assertEquals(expected, refusal(() -> LearningRate.constant(rate)));
        assertEquals(expected, refusal(() -> LearningRate.cosine(rate, 0.1f)));
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, 1, Float.NaN})
    void refusesAWarmUpThatLeavesNothing(float share) {
        assertEquals(
                "expected a warm-up share from 0 to below 1, found " + share,
                refusal(() -> LearningRate.cosine(PEAK, share)));
    }

    private static String refusal(Runnable action) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}
