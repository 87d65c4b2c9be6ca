package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.tracker.Tracker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

class AdamTest {
    private static final float RATE = 0.05f;
    private static final float[] START = {1, -2, 0.5f, 3, 0};
    // From tiny to large, with signs that change, so that bias correction and epsilon show.
    private static final float[][] GRADIENTS = {
        {0.1f, -0.2f, 1e-9f, 100, 1e-3f},
        {-0.3f, -0.2f, 2e-9f, 50, 2e-3f},
        {0.2f, 0.4f, -1e-9f, -200, 0},
        {0, -0.1f, 3e-9f, 10, -1e-3f},
        {0.5f, 0.7f, 1e-9f, 1, 5e-3f}
    };

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.1f})
    void agreesWithThePapersInDoublePrecision(float decay) {
        NDArray weight = manager.create(START);
        weight.setRequiresGradient(true);
        Reference reference = new Reference(decay);
        try (Adam adam = new Adam(AdamTest::rate, decay, manager)) {
            for (int step = 1; step <= GRADIENTS.length; step++) {
                NDArray gradient = manager.create(GRADIENTS[step - 1]);
                adam.update("weight", weight, gradient);
                reference.update(step, GRADIENTS[step - 1]);
                float[] found = weight.toFloatArray();
                for (int i = 0; i < START.length; i++) {
                    assertEquals(
                            reference.weight[i],
                            found[i],
                            1e-6,
                            "element %d after step %d".formatted(i, step));
                }
            }
        }
    }

    @Test
    void parametersHaveMomentsAndStepsOfTheirOwn() {
        NDArray often = manager.create(START);
        NDArray seldom = manager.create(START);
        often.setRequiresGradient(true);
        seldom.setRequiresGradient(true);
        Reference reference = new Reference(0);
        try (Adam adam = new Adam(Tracker.fixed(RATE), 0, manager)) {
            for (float[] gradient : GRADIENTS) {
                adam.update("often", often, manager.create(gradient));
            }
            adam.update("seldom", seldom, manager.create(GRADIENTS[1]));
        }
        reference.update(1, GRADIENTS[1]);
        for (int i = 0; i < START.length; i++) {
            assertEquals(reference.weight[i], seldom.toFloatArray()[i], 1e-6);
        }
    }

    @Test
    void zeroesTheGradientForTheNextStep() {
        NDArray weight = manager.create(START);
        weight.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(weight.square().sum());
        }
        NDArray gradient = weight.getGradient();
        assertEquals(2 * START[1], gradient.toFloatArray()[1]);
        try (Adam adam = new Adam(Tracker.fixed(RATE), 0, manager)) {
            adam.update("weight", weight, gradient);
        }
        assertArrayEquals(new float[START.length], weight.getGradient().toFloatArray());
    }

    @Test
    void decayIsDecoupledFromTheGradient() {
        NDArray weight = manager.create(START);
        weight.setRequiresGradient(true);
        try (Adam adam = new Adam(Tracker.fixed(RATE), 0.1f, manager)) {
            adam.update("weight", weight, manager.create(new float[START.length]));
        }
        float[] expected = new float[START.length];
        for (int i = 0; i < START.length; i++) {
            expected[i] = START[i] * (1 - RATE * 0.1f);
        }
        assertArrayEquals(expected, weight.toFloatArray(), 1e-6f);
    }

    /** The schedule of these tests: another rate at every step. */
    private static float rate(int step) {
        return RATE / step;
    }

    /** Algorithm 2 of Loshchilov and Hutter (2019), with the names of Kingma and Ba (2015). */
    private static final class Reference {
        private final double decay;
        private final double[] weight = new double[START.length];
        private final double[] m = new double[START.length];
        private final double[] v = new double[START.length];

        Reference(double decay) {
            this.decay = decay;
            Arrays.setAll(weight, i -> START[i]);
        }

        void update(int t, float[] g) {
            double alpha = rate(t);
            for (int i = 0; i < weight.length; i++) {
                m[i] = 0.9 * m[i] + (1 - 0.9) * g[i];
                v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i];
                double mHat = m[i] / (1 - Math.pow(0.9, t));
                double vHat = v[i] / (1 - Math.pow(0.999, t));
                weight[i] -= alpha * (mHat / (Math.sqrt(vHat) + 1e-8) + decay * weight[i]);
            }
        }
    }
}
