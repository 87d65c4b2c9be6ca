package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPlanTest {
    private static final LearningRate RATE = LearningRate.constant(0.1f);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "0, 1, 0, 1, 0, 1, \"expected epochs of at least 1, found 0\"",
                "1, 0, 0, 1, 0, 1, \"expected a batch size of at least 1, found 0\"",
                "1, 1, -1, 1, 0, 1, \"expected a weight decay of at least 0, found -1.0\"",
                "1, 1, NaN, 1, 0, 1, \"expected a weight decay of at least 0, found NaN\"",
                "1, 1, 0, 0, 0, 1, \"expected a gradient norm above 0, found 0.0\"",
                "1, 1, 0, NaN, 0, 1, \"expected a gradient norm above 0, found NaN\"",
                "1, 1, 0, 1, -1, 1, \"expected a patience of at least 0 epochs, found -1\"",
                "1, 1, 0, 1, 0, 0, \"expected at least 1 step between reads, found 0\""
            })
    void refusesEachBadValue(
            int epochs,
            int batchSize,
            float weightDecay,
            double clipNorm,
            int patience,
            int readEvery,
            String message) {
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new TrainingPlan(
                                        epochs,
                                        batchSize,
                                        RATE,
                                        weightDecay,
                                        clipNorm,
                                        patience,
                                        readEvery));
        assertEquals(message, error.getMessage());
    }

    @Test
    void takesTheSmallestValuesAndNoClipping() {
        TrainingPlan plan = new TrainingPlan(1, 1, RATE, 0, Double.POSITIVE_INFINITY, 0, 1);
        assertEquals(Double.POSITIVE_INFINITY, plan.clipNorm());
    }

    @Test
    void aCopyDiffersInOneComponent() {
        TrainingPlan plan = new TrainingPlan(3, 4, RATE, 0.5f, 6, 7, 8);
        LearningRate other = LearningRate.constant(0.2f);
        assertEquals(new TrainingPlan(9, 4, RATE, 0.5f, 6, 7, 8), plan.withEpochs(9));
        assertEquals(new TrainingPlan(3, 9, RATE, 0.5f, 6, 7, 8), plan.withBatchSize(9));
        assertEquals(new TrainingPlan(3, 4, other, 0.5f, 6, 7, 8), plan.withLearningRate(other));
        assertEquals(new TrainingPlan(3, 4, RATE, 0.5f, 9, 7, 8), plan.withClipNorm(9));
        assertEquals(new TrainingPlan(3, 4, RATE, 0.5f, 6, 9, 8), plan.withPatience(9));
    }
}
