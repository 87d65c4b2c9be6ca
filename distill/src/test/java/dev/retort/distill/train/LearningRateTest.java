package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.training.tracker.Tracker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

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

    /** From the formulas of PyTorch's OneCycleLR, and by hand at the corners. */
    @Test
    void oneCycleRisesToThePeakAndFallsFarBelowItsBeginning() {
        Tracker tracker = LearningRate.oneCycle(0.1f).over(100);
        assertEquals(0.004, tracker.getNewValue(1), 1e-9);
        assertEquals(0.1, tracker.getNewValue(30), 1e-8);
        assertEquals(4e-7, tracker.getNewValue(100), 1e-9);
        for (int step = 1; step <= 100; step++) {
            double done = step - 1;
            double expected =
                    done <= 29
                            ? 0.1 + (0.004 - 0.1) / 2 * (1 + Math.cos(Math.PI * done / 29))
                            : 4e-7 + (0.1 - 4e-7) / 2 * (1 + Math.cos(Math.PI * (done - 29) / 70));
            assertEquals(expected, tracker.getNewValue(step), 1e-8, "step " + step);
        }
        assertEquals(4e-7, tracker.getNewValue(101), 1e-9, "stays where it ended");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7})
    void everyScheduleIsAboveZeroAndFiniteInShortTrainings(int steps) {
        for (ScheduleKind kind : ScheduleKind.values()) {
            Tracker tracker = kind.of(PEAK).over(steps);
            for (int step = 1; step <= steps; step++) {
                float rate = tracker.getNewValue(step);
                assertTrue(
                        rate > 0 && rate <= PEAK * 1.00001f,
                        kind + ", step %d of %d: %s".formatted(step, steps, rate));
            }
        }
    }

    @Test
    void linearWarmsUpAndFallsToZeroAfterTheLastStep() {
        Tracker tracker = LearningRate.linear(0.1f, 0.2f).over(10);
        double[] expected = {
            0.05, 0.1, 0.1, 0.0875, 0.075, 0.0625, 0.05, 0.0375, 0.025, 0.0125, 0, 0
        };
        for (int step = 1; step <= expected.length; step++) {
            assertEquals(expected[step - 1], tracker.getNewValue(step), 1e-8, "step " + step);
        }
    }

    @Test
    void stepsFallAtTheirPlaces() {
        Tracker tracker = LearningRate.steps(1, 0.1, List.of(0.5, 0.75)).over(8);
        double[] expected = {1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01};
        for (int step = 1; step <= expected.length; step++) {
            assertEquals(expected[step - 1], tracker.getNewValue(step), 1e-8, "step " + step);
        }
    }

    @Test
    void refusesStepsThatDoNotFall() {
        assertEquals(
                "expected a factor above 0 and below 1, found 1.0",
                refusal(() -> LearningRate.steps(1, 1, List.of(0.5))));
        assertEquals(
                "expected ascending shares of the steps above 0 and below 1, found [0.5, 0.5]",
                refusal(() -> LearningRate.steps(1, 0.1, List.of(0.5, 0.5))));
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
