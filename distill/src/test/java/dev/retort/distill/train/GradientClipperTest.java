package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

/** As on the processor, which reads the gradients, and as on a GPU, which must not. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class GradientClipperTest {
    @Parameter boolean onHost;

    private final NDManager manager = NDManager.newBaseManager();
    // Together a norm of sqrt(4 + 9 + 36) = 7.
    private final NDArray matrix = manager.create(new float[] {2, 0, 0, -3}, new Shape(2, 2));
    private final NDArray vector = manager.create(new float[] {6});

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aNormBelowTheMaximumLeavesEveryBitAlone() {
        clip(7.01);
        assertArrayEquals(new float[] {2, 0, 0, -3}, matrix.toFloatArray());
        assertArrayEquals(new float[] {6}, vector.toFloatArray());
    }

    @Test
    void aLargerNormBecomesTheMaximumInTheSameDirection() {
        clip(3.5);
        assertArrayEquals(new float[] {1, 0, 0, -1.5f}, matrix.toFloatArray(), 1e-5f);
        assertArrayEquals(new float[] {3}, vector.toFloatArray(), 1e-5f);
    }

    @Test
    void aLargeMaximumOnlyMeasures() {
        clip(Float.MAX_VALUE);
        assertArrayEquals(new float[] {2, 0, 0, -3}, matrix.toFloatArray());
        assertArrayEquals(new float[] {6}, vector.toFloatArray());
    }

    @Test
    void zeroGradientsStayZero() {
        matrix.muli(0);
        vector.muli(0);
        clip(1e-12);
        assertArrayEquals(new float[4], matrix.abs().toFloatArray());
        assertArrayEquals(new float[1], vector.toFloatArray());
    }

    @Test
    void whatItMakesDiesWithTheGivenManager() {
        int before = manager.getManagedArrays().size();
        try (NDManager step = manager.newSubManager()) {
            new GradientClipper(1, step, onHost).clip(new NDList(matrix, vector), step);
        }
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void aNormThatIsNotANumberIsNotHidden() {
        vector.set(new float[] {Float.NaN});
        clip(1);
        assertEquals(Float.NaN, vector.toFloatArray()[0]);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e39, 1e-50})
    void aMaximumThatIsNoneIsRefused(double maximum) {
        assertThrows(IllegalArgumentException.class, () -> clip(maximum));
    }

    @Test
    void theNormIsThatOfAllElements() {
        float[] values = new float[1003];
        Random random = new Random(7);
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
            squares += (double) values[i] * values[i];
        }
        NDArray gradient = manager.create(values);
        new GradientClipper(1, manager, onHost).clip(new NDList(gradient), manager);
        float[] clipped = gradient.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i] / Math.sqrt(squares), clipped[i], 1e-6);
        }
    }

    @Test
    void otherTypesAreClippedToo() {
        NDArray gradient = manager.create(new double[] {3, 4});
        new GradientClipper(1, manager, onHost).clip(new NDList(gradient), manager);
        assertArrayEquals(new double[] {0.6, 0.8}, gradient.toDoubleArray(), 1e-6);
    }

    private void clip(double maximum) {
        new GradientClipper(maximum, manager, onHost).clip(new NDList(matrix, vector), manager);
    }
}
