package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.modality.cv.MultiBoxTarget;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Optimizer updates, image changes and detection targets that DJL's PyTorch engine does not have,
 * against computations in Java.
 */
class AddedTrainingTest {
    private static final float[] WEIGHT = {1, -2, 0.5f};
    private static final float[] GRADIENT = {0.4f, -3, 0.05f};
    private static final float RATE = 0.1f;
    private static final float DECAY = 0.01f;
    private static final float SCALE = 0.5f;
    private static final float CLIP = 1;

    private final NDManager manager = Engine.getEngine("Retort").newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    /** The gradient after scaling, clipping on both sides, and decay. */
    private static double prepared(int i, double weight) {
        return Math.clamp(GRADIENT[i] * SCALE, -CLIP, CLIP) + DECAY * weight;
    }

    /** One step for one element, on its weight and its states. */
    private interface Formula {
        double step(double weight, double gradient, double[] states);
    }

    private interface Update {
        void apply(NDArray weight, NDList inputs);
    }

    private void matches(int states, Update update, Formula formula) {
        NDArray weight = manager.create(WEIGHT);
        NDList inputs = new NDList(weight, manager.create(GRADIENT));
        for (int i = 0; i < states; i++) {
            inputs.add(manager.zeros(new Shape(3)));
        }
        double[] expected = new double[3];
        double[][] state = new double[3][states];
        for (int i = 0; i < 3; i++) {
            expected[i] = WEIGHT[i];
        }
        for (int step = 0; step < 3; step++) {
            update.apply(weight, inputs);
            for (int i = 0; i < 3; i++) {
                expected[i] = formula.step(expected[i], prepared(i, expected[i]), state[i]);
            }
        }
        float[] actual = weight.toFloatArray();
        for (int i = 0; i < 3; i++) {
            assertEquals(expected[i], actual[i], 1e-5, "weight " + i);
        }
        assertArrayEquals(GRADIENT, inputs.get(1).toFloatArray());
    }

    @Test
    void nesterovLooksAhead() {
        matches(
                1,
                (w, in) ->
                        w.getNDArrayInternal()
                                .nagUpdate(in, new NDList(w), RATE, DECAY, SCALE, CLIP, 0.9f),
                (w, g, s) -> {
                    s[0] = 0.9 * s[0] + g;
                    return w - RATE * (g + 0.9 * s[0]);
                });
    }

    @Test
    void adagradDividesByTheHistory() {
        matches(
                1,
                (w, in) ->
                        w.getNDArrayInternal()
                                .adagradUpdate(in, new NDList(w), RATE, DECAY, SCALE, CLIP, 1e-4f),
                (w, g, s) -> {
                    s[0] += g * g;
                    return w - RATE * g / (Math.sqrt(s[0]) + 1e-4);
                });
    }

    @Test
    void adadeltaNeedsNoRate() {
        matches(
                2,
                (w, in) ->
                        w.getNDArrayInternal()
                                .adadeltaUpdate(in, new NDList(w), DECAY, SCALE, CLIP, 0.9f, 1e-4f),
                (w, g, s) -> {
                    s[0] = 0.9 * s[0] + 0.1 * g * g;
                    double step = Math.sqrt(s[1] + 1e-4) / Math.sqrt(s[0] + 1e-4) * g;
                    s[1] = 0.9 * s[1] + 0.1 * step * step;
                    return w - step;
                });
    }

    @Test
    void rmspropDividesByTheRootOfTheMeanSquare() {
        matches(
                1,
                (w, in) ->
                        w.getNDArrayInternal()
                                .rmspropUpdate(
                                        in,
                                        new NDList(w),
                                        RATE,
                                        DECAY,
                                        SCALE,
                                        CLIP,
                                        0.9f,
                                        0.8f,
                                        1e-4f,
                                        false),
                (w, g, s) -> {
                    s[0] = 0.9 * s[0] + 0.1 * g * g;
                    return w - RATE * g / (Math.sqrt(s[0]) + 1e-4);
                });
    }

    @Test
    void centeredRmspropDividesByTheDeviation() {
        matches(
                3,
                (w, in) ->
                        w.getNDArrayInternal()
                                .rmspropUpdate(
                                        in,
                                        new NDList(w),
                                        RATE,
                                        DECAY,
                                        SCALE,
                                        CLIP,
                                        0.9f,
                                        0.8f,
                                        1e-2f,
                                        true),
                (w, g, s) -> {
                    s[0] = 0.9 * s[0] + 0.1 * g * g;
                    s[1] = 0.9 * s[1] + 0.1 * g;
                    s[2] = 0.8 * s[2] - RATE * g / Math.sqrt(s[0] - s[1] * s[1] + 1e-2);
                    return w + s[2];
                });
    }

    @Test
    void anUpdateOfAViewChangesItsBase() {
        NDArray base = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
        NDArray weight = base.transpose();
        NDArray gradient = manager.ones(new Shape(3, 2));
        weight.getNDArrayInternal()
                .adamUpdate(
                        new NDList(
                                weight,
                                gradient,
                                manager.zeros(new Shape(3, 2)),
                                manager.zeros(new Shape(3, 2))),
                        new NDList(weight),
                        1,
                        1,
                        0,
                        1,
                        -1,
                        0,
                        0,
                        0,
                        false,
                        false);
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, base.toFloatArray(), 1e-6f);
    }

    @Test
    void randomFlipsTurnAboutHalfOfTheImages() {
        manager.getEngine().setRandomSeed(3);
        NDArray image = manager.arange(12f).reshape(2, 2, 3);
        float[] mirrored = {3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8};
        float[] upsideDown = {6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5};
        int turned = 0;
        for (int i = 0; i < 100; i++) {
            float[] flipped = image.getNDArrayInternal().randomFlipLeftRight().toFloatArray();
            turned += Arrays.equals(flipped, mirrored) ? 1 : 0;
            assertTrue(
                    Arrays.equals(flipped, mirrored)
                            || Arrays.equals(flipped, image.toFloatArray()));
        }
        assertTrue(turned > 30 && turned < 70, "flipped " + turned + " of 100");
        Set<Float> corners = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            float[] flipped = image.getNDArrayInternal().randomFlipTopBottom().toFloatArray();
            corners.add(flipped[0]);
            assertTrue(
                    Arrays.equals(flipped, upsideDown)
                            || Arrays.equals(flipped, image.toFloatArray()));
        }
        assertEquals(Set.of(0f, 6f), corners);
    }

    @Test
    void colourChangesOfStrengthZeroChangeNothing() {
        NDArray image = manager.arange(48f).reshape(4, 4, 3);
        NDArray same = image.getNDArrayInternal().randomColorJitter(0, 0, 0, 0);
        // The matrices of hue are given to three digits.
        assertArrayEquals(image.toFloatArray(), same.toFloatArray(), 0.3f);
        NDArray bytes = image.toType(DataType.UINT8, false);
        assertEquals(
                DataType.UINT8, bytes.getNDArrayInternal().randomBrightness(0.5f).getDataType());
    }

    @Test
    void brightnessMultipliesAllChannels() {
        NDArray image = manager.full(new Shape(2, 2, 3), 100f);
        float[] changed = image.getNDArrayInternal().randomBrightness(0.5f).toFloatArray();
        assertTrue(changed[0] >= 50 && changed[0] <= 150, "brightness " + changed[0]);
        for (float value : changed) {
            assertEquals(changed[0], value);
        }
    }

    @Test
    void grayStaysGrayWhateverTheHueAndSaturation() {
        NDArray image = manager.full(new Shape(2, 2, 3), 80f);
        float[] hue = image.getNDArrayInternal().randomHue(1).toFloatArray();
        float[] all = image.getNDArrayInternal().randomColorJitter(0, 0.5f, 0.5f, 1).toFloatArray();
        for (int i = 0; i < hue.length; i++) {
            assertEquals(80, hue[i], 0.5);
            assertEquals(80, all[i], 0.5);
        }
    }

    @Test
    void anchorsTakeTheObjectsTheyOverlap() {
        float[] corners = {
            0, 0, 0.5f, 0.5f, // the first object's own
            0.5f, 0.5f, 1, 1, // overlaps the second by 0.64
            0, 0.5f, 0.5f, 1 // none
        };
        NDArray anchors = manager.create(corners, new Shape(1, 3, 4));
        NDArray labels =
                manager.create(
                        new float[] {0, 0, 0, 0.5f, 0.5f, 1, 0.6f, 0.6f, 1, 1}, new Shape(1, 2, 5));
        NDArray predictions = manager.zeros(new Shape(1, 3, 3));
        NDList targets =
                MultiBoxTarget.builder().build().target(new NDList(anchors, labels, predictions));
        assertArrayEquals(new float[] {1, 2, 0}, targets.get(2).toFloatArray());
        assertArrayEquals(
                new float[] {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, targets.get(1).toFloatArray());
        float size = (float) (Math.log(0.4 / 0.5) / 0.2);
        assertArrayEquals(
                new float[] {0, 0, 0, 0, 1, 1, size, size, 0, 0, 0, 0},
                targets.get(0).toFloatArray(),
                1e-5f);
    }
}
