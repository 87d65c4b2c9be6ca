package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;

class CalibrationTest {
    /** Reckoned by NumPy in float64, with bins (i / 15, (i + 1) / 15]. */
    @Test
    void figuresAreThoseOfAnIndependentComputation() {
        float[] logits = {
            2, 0, -1, //
            0.5f, 1, 0, //
            -1, 3, 0.25f, //
            0, 0, 4, //
            1, 1.5f, 1.25f
        };
        Calibration found = Calibration.of(logits, new int[] {0, 0, 1, 2, 2}, 3);
        assertEquals(0.2386490, found.expectedError(), 1e-7);
        assertEquals(0.3031725, found.brierScore(), 1e-7);
        assertEquals(0.5168933, found.negativeLogLikelihood(), 1e-7);
    }

    @Test
    void aClassifierWhoseProbabilitiesHoldHasNoError() {
        SplittableRandom random = new SplittableRandom(1);
        int samples = 200_000;
        float[] logits = new float[2 * samples];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++) {
            double probability = random.nextDouble();
            logits[2 * i] = (float) Math.log(probability);
            logits[2 * i + 1] = (float) Math.log1p(-probability);
            labels[i] = random.nextDouble() < probability ? 0 : 1;
        }
        Calibration found = Calibration.of(logits, labels, 2);
        assertTrue(found.expectedError() < 0.005, found.toString());
        // The means over p of 2p(1 - p) and of the entropy.
        assertEquals(1 / 3.0, found.brierScore(), 0.005);
        assertEquals(0.5, found.negativeLogLikelihood(), 0.005);
    }

    @Test
    void certaintyIsNoNumberTrouble() {
        Calibration right = Calibration.of(new float[] {1000, -1000}, new int[] {0}, 2);
        assertEquals(new Calibration(0, 0, 0), right);
        Calibration wrong = Calibration.of(new float[] {1000, -1000}, new int[] {1}, 2);
        assertEquals(new Calibration(1, 2, 2000), wrong);
    }

    @Test
    void sizesThatDisagreeAreRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> Calibration.of(new float[3], new int[2], 2));
        assertThrows(
                IllegalArgumentException.class, () -> Calibration.of(new float[0], new int[0], 2));
    }

    @Test
    void theFirstOfTheLargestLogitsIsChosen() {
        float[] logits = {9, 1, 1, 0, 2, 2, -3, -1, -2};
        assertEquals(0, ClassResult.chosen(logits, 0, 3));
        assertEquals(1, ClassResult.chosen(logits, 1, 3));
        assertEquals(1, ClassResult.chosen(logits, 2, 3));
        // Of equals the one that a recall counts is the one that is calibrated.
        Calibration equal = Calibration.of(new float[] {2, 2}, new int[] {0}, 2);
        assertEquals(0.5, equal.expectedError(), 1e-12);
        Calibration other = Calibration.of(new float[] {2, 2}, new int[] {1}, 2);
        assertEquals(0.5, other.expectedError(), 1e-12);
    }

    @Test
    void recallIsByClass() {
        float[] logits = {1, 0, 0, 0, 1, 0, 1, 0, 0};
        List<ClassResult> results = ClassResult.of(logits, new int[] {0, 1, 1}, 3);
        assertEquals(
                List.of(new ClassResult(1, 1), new ClassResult(2, 1), new ClassResult(0, 0)),
                results);
        assertEquals(0.5, results.get(1).recall().orElseThrow());
        assertTrue(results.get(2).recall().isEmpty());
    }
}
