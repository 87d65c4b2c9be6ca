package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
                                        readEvery,
                                        1,
                                        0));
        assertEquals(message, error.getMessage());
    }

    @Test
    void takesTheSmallestValuesAndNoClipping() {
        TrainingPlan plan = new TrainingPlan(1, 1, RATE, 0, Double.POSITIVE_INFINITY, 0, 1, 1, 0);
        assertEquals(Double.POSITIVE_INFINITY, plan.clipNorm());
    }

    @Test
    void aCopyDiffersInOneComponent() {
        TrainingPlan plan = plan(3, 4, RATE, 0.5f, 6, 7, 8, 2, 0.9);
        LearningRate other = LearningRate.constant(0.2f);
        assertEquals(plan(9, 4, RATE, 0.5f, 6, 7, 8, 2, 0.9), plan.withEpochs(9));
        assertEquals(plan(3, 9, RATE, 0.5f, 6, 7, 8, 2, 0.9), plan.withBatchSize(9));
        assertEquals(plan(3, 4, other, 0.5f, 6, 7, 8, 2, 0.9), plan.withLearningRate(other));
        assertEquals(plan(3, 4, RATE, 0.1f, 6, 7, 8, 2, 0.9), plan.withWeightDecay(0.1f));
        assertEquals(plan(3, 4, RATE, 0.5f, 9, 7, 8, 2, 0.9), plan.withClipNorm(9));
        assertEquals(plan(3, 4, RATE, 0.5f, 6, 9, 8, 2, 0.9), plan.withPatience(9));
        assertEquals(plan(3, 4, RATE, 0.5f, 6, 7, 9, 2, 0.9), plan.withReadEvery(9));
        assertEquals(plan(3, 4, RATE, 0.5f, 6, 7, 8, 3, 0.9), plan.withMicroBatches(3));
        assertEquals(plan(3, 4, RATE, 0.5f, 6, 7, 8, 2, 0.5), plan.withAverageDecay(0.5));
    }

    @Test
    void refusesMorePartsThanSamplesAndAnAverageThatNeverMoves() {
        TrainingPlan plan = TrainingPlan.of(1, 4, 0.1f);
        assertEquals(
                "expected a batch of 4 to be split into 1 to 4 parts, found 5",
                refused(() -> plan.withMicroBatches(5)));
        assertEquals(
                "expected a decay of the moving average of at least 0 and below 1, found 1.0",
                refused(() -> plan.withAverageDecay(1)));
        assertEquals(
                "expected a decay of the moving average of at least 0 and below 1, found NaN",
                refused(() -> plan.withAverageDecay(Double.NaN)));
    }

    private static String refused(Executable attempt) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, attempt).getMessage());
    }

    private static TrainingPlan plan(
            int epochs,
            int batchSize,
            LearningRate learningRate,
            float weightDecay,
            double clipNorm,
            int patience,
            int readEvery,
            int microBatches,
            double averageDecay) {
        return new TrainingPlan(
                epochs,
                batchSize,
                learningRate,
                weightDecay,
                clipNorm,
                patience,
                readEvery,
                microBatches,
                averageDecay);
    }
}
