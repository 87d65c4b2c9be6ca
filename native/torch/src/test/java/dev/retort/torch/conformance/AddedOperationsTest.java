package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2dTranspose;
import ai.djl.training.ParameterStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;

/**
 * The operations of arrays that DJL's PyTorch engine does not have, against computations in Java:
 * the conformance suite has no oracle for them.
 */
class AddedOperationsTest {
    private static final double[] NUMBERS = {0.5, -0.25, 0.75, 0.1, -0.9, 0.3};

    private final NDManager manager = Engine.getEngine("Retort").newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void inverseHyperbolicFunctionsUndoTheHyperbolicOnes() {
        undoes(Math::sinh, NDArray::asinh, x -> x);
        undoes(Math::cosh, NDArray::acosh, Math::abs);
        undoes(Math::tanh, NDArray::atanh, x -> x);
    }

    private void undoes(
            DoubleUnaryOperator function,
            UnaryOperator<NDArray> inverse,
            DoubleUnaryOperator expected) {
        double[] values = DoubleStream.of(NUMBERS).map(function).toArray();
        assertArrayEquals(
                DoubleStream.of(NUMBERS).map(expected).toArray(),
                inverse.apply(manager.create(values)).toDoubleArray(),
                1e-12);
    }

    @Test
    void reversedOperatorsWriteToTheArray() {
        NDArray x = manager.create(new float[] {2, 4, 8});
        NDArray same = x.getNDArrayInternal().rdivi(manager.create(new float[] {1, 2, 2}));
        assertArrayEquals(new float[] {0.5f, 0.5f, 0.25f}, x.toFloatArray());
        assertTrue(same == x);
        NDArray y = manager.create(new float[] {2, 4, 5});
        y.getNDArrayInternal().rmodi(manager.create(new float[] {5, 5, 5}));
        assertArrayEquals(new float[] {1, 1, 0}, y.toFloatArray());
        NDArray z = manager.create(new float[] {2, 3, -1});
        z.getNDArrayInternal().rpowi(2);
        assertArrayEquals(new float[] {4, 8, 0.5f}, z.toFloatArray());
    }

    @Test
    void reductionsTakeSeveralAxes() {
        NDArray x = manager.arange(24f).reshape(2, 3, 4);
        int[] axes = {0, 2};
        assertArrayEquals(new float[] {15, 19, 23}, x.max(axes).toFloatArray());
        assertArrayEquals(new float[] {0, 4, 8}, x.min(axes).toFloatArray());
        assertArrayEquals(new float[] {7.5f, 11.5f, 15.5f}, x.mean(axes).toFloatArray());
        assertEquals(new Shape(1, 3, 1), x.mean(axes, true).getShape());
    }

    @Test
    void productsTakeSeveralAxes() {
        NDArray x = manager.arange(1f, 9f).reshape(2, 2, 2);
        assertArrayEquals(
                new float[] {1 * 2 * 5 * 6, 3 * 4 * 7 * 8},
                x.prod(new int[] {0, -1}).toFloatArray());
        assertEquals(new Shape(1, 2, 1), x.prod(new int[] {0, 2}, true).getShape());
        assertEquals(40320, x.prod(new int[0]).getFloat());
    }

    @Test
    void identitiesHaveOtherDiagonalsAndRangesOpenEnds() {
        assertArrayEquals(new float[] {0, 1, 0, 0, 0, 1}, manager.eye(2, 3, 1).toFloatArray());
        assertArrayEquals(new float[] {0, 0, 1, 0, 0, 1}, manager.eye(3, 2, -1).toFloatArray());
        assertArrayEquals(
                new float[] {0, 0.5f, 1, 1.5f}, manager.linspace(0f, 2f, 4, false).toFloatArray());
    }

    @Test
    void samplesHaveTheMomentsOfTheirDistributions() {
        manager.getEngine().setRandomSeed(11);
        NDArray means = manager.create(new float[] {-2, 5});
        Shape many = new Shape(20_000);
        NDArray normal = manager.sampleNormal(means, manager.create(new float[] {1, 3}), many);
        assertEquals(new Shape(2, 20_000), normal.getShape());
        moments(normal, 0, -2, 1);
        moments(normal, 1, 5, 3);
        NDArray poisson = manager.samplePoisson(manager.create(new float[] {4, 0.5f}), many);
        moments(poisson, 0, 4, 2);
        moments(poisson, 1, 0.5, Math.sqrt(0.5));
        NDArray gamma =
                manager.sampleGamma(
                        manager.create(new float[] {2, 9}),
                        manager.create(new float[] {3, 0.5f}),
                        many);
        moments(gamma, 0, 6, Math.sqrt(2) * 3);
        moments(gamma, 1, 4.5, 1.5);
        NDArray counts =
                manager.randomMultinomial(
                        100, manager.create(new float[] {0.25f, 0.75f}), new Shape(1000));
        assertEquals(new Shape(1000, 2), counts.getShape());
        assertEquals(manager.full(new Shape(1000), 100, DataType.INT64), counts.sum(new int[] {1}));
        moments(
                counts.toType(DataType.FLOAT32, false).transpose(),
                0,
                25,
                Math.sqrt(100 * 0.25 * 0.75));
    }

    /** Five standard errors, of the mean exactly and of the deviation about. */
    private static void moments(NDArray samples, long row, double mean, double deviation) {
        NDArray x = samples.get(row);
        double error = 5 * deviation / Math.sqrt((double) x.size());
        assertEquals(mean, x.mean().getFloat(), error);
        double variance = x.sub(x.mean()).square().mean().getFloat();
        assertEquals(deviation, Math.sqrt(variance), 2 * error);
    }

    @Test
    void theTraceIsTheSumOfADiagonal() {
        NDArray x = manager.arange(12f).reshape(3, 4);
        assertEquals(0 + 5 + 10, x.trace().getFloat());
        assertEquals(1 + 6 + 11, x.trace(1).getFloat());
        NDArray cube = manager.arange(24f).reshape(2, 3, 4);
        assertArrayEquals(new float[] {15, 51}, cube.trace(0, 1, 2).toFloatArray());
    }

    @Test
    void tilesAlongAnAxisAndToAShape() {
        NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
        assertArrayEquals(new float[] {1, 2, 1, 2, 3, 4, 3, 4}, x.tile(1, 2).toFloatArray());
        assertArrayEquals(
                new float[] {1, 2, 3, 4, 1, 2, 3, 4}, x.tile(new Shape(4, 2)).toFloatArray());
    }

    @Test
    void oneHotTakesItsTwoValues() {
        NDArray hot = manager.create(new int[] {1, 0}).oneHot(3, 5, -1, DataType.INT32);
        assertArrayEquals(new int[] {-1, 5, -1, 5, -1, -1}, hot.toIntArray());
    }

    @Test
    void batchDotMultipliesMatrixByMatrix() {
        NDArray a = manager.arange(12f).reshape(2, 2, 3);
        NDArray b = manager.ones(new Shape(2, 3, 1));
        assertArrayEquals(new float[] {3, 12, 21, 30}, a.batchDot(b).toFloatArray());
    }

    @Test
    void sequenceMaskHidesWhatIsBeyondALength() {
        NDArray x = manager.ones(new Shape(2, 3));
        NDArray lengths = manager.create(new float[] {1, 3});
        assertArrayEquals(new float[] {1, 0, 0, 1, 1, 1}, x.sequenceMask(lengths).toFloatArray());
        assertArrayEquals(
                new float[] {1, -2, -2, 1, 1, 1}, x.sequenceMask(lengths, -2).toFloatArray());
    }

    @Test
    void preluHasASlopePerChannel() {
        NDArray x = manager.create(new float[] {-1, 2, -3, -4}, new Shape(1, 2, 2));
        NDArray slopes = manager.create(new float[] {0.5f, 0.25f});
        assertArrayEquals(
                new float[] {-0.5f, 2, -0.75f, -1},
                x.getNDArrayInternal().prelu(x, slopes).head().toFloatArray());
    }

    @Test
    void deconvolutionSpreadsTheKernel() {
        deconvolution(2, 3, 1);
        deconvolution(4, 6, 2);
    }

    /** Every input element adds its multiple of the kernel to the output around it. */
    private void deconvolution(int channels, int filters, int groups) {
        int perGroup = channels / groups;
        NDArray x = manager.arange(4f * channels).reshape(1, channels, 2, 2);
        NDArray kernel = manager.arange(4f * filters * perGroup).reshape(filters, perGroup, 2, 2);
        Shape one = new Shape(1, 1);
        Shape none = new Shape(0, 0);
        NDArray spread =
                x.getNDArrayInternal()
                        .deconvolution(x, kernel, null, one, none, none, one, groups)
                        .head();
        float[] values = x.toFloatArray();
        float[] weights = kernel.toFloatArray();
        float[] expected = new float[9 * filters];
        for (int f = 0; f < filters; f++) {
            int firstChannel = f / (filters / groups) * perGroup;
            for (int c = 0; c < perGroup; c++) {
                for (int i = 0; i < 4; i++) {
                    for (int k = 0; k < 4; k++) {
                        int at = 9 * f + 3 * (i / 2 + k / 2) + i % 2 + k % 2;
                        float value = values[4 * (firstChannel + c) + i];
                        expected[at] += value * weights[4 * (perGroup * f + c) + k];
                    }
                }
            }
        }
        assertEquals(new Shape(1, filters, 3, 3), spread.getShape());
        assertArrayEquals(expected, spread.toFloatArray());
    }

    @Test
    void theBlockOfTransposedConvolutionWorks() {
        Conv2dTranspose block =
                Conv2dTranspose.builder()
                        .setFilters(3)
                        .setKernelShape(new Shape(2, 2))
                        .optStride(new Shape(2, 2))
                        .build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 4, 4));
        NDArray y =
                block.forward(
                                new ParameterStore(manager, false),
                                new NDList(manager.ones(new Shape(1, 1, 4, 4))),
                                false)
                        .head();
        assertEquals(new Shape(1, 3, 8, 8), y.getShape());
    }

    @Test
    void lpPoolingIsTheNormOfTheWindow() {
        NDArray x = manager.create(new float[] {3, 4, 0, 0, 0, 0, 0, 12}, new Shape(1, 1, 2, 2, 2));
        Shape two = new Shape(2, 2, 2);
        assertEquals(
                13,
                x.getNDArrayInternal()
                        .lpPool(2, two, two, new Shape(0, 0, 0), false)
                        .getFloat(0, 0, 0, 0, 0),
                1e-5);
        assertEquals(13, x.getNDArrayInternal().globalLpPool(2).getFloat(0, 0), 1e-5);
    }

    @Test
    void bfloat16IsComputedAndConverted() {
        NDArray x =
                manager.create(new float[] {1, 1.0078125f, -3}).toType(DataType.BFLOAT16, false);
        assertEquals(DataType.BFLOAT16, x.add(x).getDataType());
        assertArrayEquals(
                new float[] {2, 2.015625f, -6},
                x.add(x).toType(DataType.FLOAT32, false).toFloatArray());
        assertArrayEquals(
                new float[] {1, 1.0078125f, -3},
                manager.create(x.toByteBuffer(), x.getShape(), DataType.BFLOAT16)
                        .toType(DataType.FLOAT32, false)
                        .toFloatArray());
        assertEquals(-0.99f, x.tanh().toType(DataType.FLOAT32, false).getFloat(2), 0.01);
        assertEquals(DataType.BFLOAT16, x.getNDArrayInternal().elu(1).getDataType());
        NDArray matrix = x.reshape(3, 1).matMul(x.reshape(1, 3));
        assertEquals(9, matrix.toType(DataType.FLOAT32, false).getFloat(2, 2));
    }
}
