package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import ai.djl.training.tracker.Tracker;

import dev.retort.torch.abi.MemoryLayouts;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fused optimizers and the memory layouts of what they update. */
class OptimizerLayoutTest {
    private static final Engine ENGINE = Engine.getEngine(TorchEngine.NAME);

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = ENGINE.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static FusedOptimizer descent() {
        return FusedSgd.builder().optLearningRateTracker(Tracker.fixed(1)).build();
    }

    private static FusedOptimizer adam() {
        return FusedAdam.builder().optLearningRateTracker(Tracker.fixed(0.1f)).build();
    }

    @Test
    void aTransposedGradientMovesTheElementsItBelongsTo() {
        NDArray weight = manager.zeros(new Shape(3, 3));
        NDArray gradient = manager.arange(9f).reshape(3, 3);
        try (FusedOptimizer optimizer = descent()) {
            optimizer.update("w", weight, gradient.transpose());
        }
        assertArrayEquals(new float[] {0, -3, -6, -1, -4, -7, -2, -5, -8}, weight.toFloatArray());
        assertArrayEquals(
                new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, gradient.toFloatArray(), "as it was");
    }

    @Test
    void aBroadcastGradientIsReadWithinItsMemory() {
        NDArray weight = manager.zeros(new Shape(2, 3));
        NDArray row = manager.create(new float[] {1, 2, 3});
        try (FusedOptimizer optimizer = descent()) {
            optimizer.update("w", weight, row.broadcast(new Shape(2, 3)));
        }
        assertArrayEquals(new float[] {-1, -2, -3, -1, -2, -3}, weight.toFloatArray());
    }

    @Test
    void refusesAGradientOfAnotherShape() {
        NDArray weight = manager.zeros(new Shape(4, 3));
        try (FusedOptimizer optimizer = adam()) {
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> optimizer.update("w", weight, manager.ones(new Shape(3))));
            assertEquals(
                    "expected a gradient of shape [4, 3], as the weight 'w' has, found [3]",
                    refused.getMessage());
        }
        assertArrayEquals(new float[12], weight.toFloatArray());
    }

    @Test
    void refusesASparseGradientAndOneOfAnotherType() {
        NDArray weight = manager.zeros(new Shape(2, 2));
        NDArray sparse = manager.ones(new Shape(2, 2)).toSparse(SparseFormat.COO);
        try (FusedOptimizer optimizer = adam()) {
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> optimizer.update("w", weight, sparse));
            assertEquals(
                    "expected a dense gradient of the weight 'w', found a sparse one",
                    refused.getMessage());
            assertThrows(
                    EngineException.class,
                    () ->
                            optimizer.update(
                                    "w", weight, manager.ones(new Shape(2, 2), DataType.FLOAT64)));
        }
    }

    @Test
    void writesNothingBesideAWeightThatIsAView() {
        NDArray whole = manager.zeros(new Shape(3, 4));
        NDArray view = whole.get(new NDIndex(":, 0:2"));
        for (FusedOptimizer optimizer : new FusedOptimizer[] {descent(), adam()}) {
            try (optimizer) {
                IllegalArgumentException refused =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> optimizer.update("w", view, manager.ones(new Shape(3, 2))));
                assertEquals(
                        "expected a weight 'w' that fills its memory, found a view of shape (3, 2)"
                                + " with the strides [4, 1]",
                        refused.getMessage());
            }
        }
        assertArrayEquals(new float[12], whole.toFloatArray());
        NDArray rows = whole.get("1:3");
        try (FusedOptimizer optimizer = descent()) {
            optimizer.update("w", rows, manager.ones(new Shape(2, 4)));
        }
        assertArrayEquals(
                new float[] {0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1}, whole.toFloatArray());
    }

    @Test
    void refusesAWeightThatHasGrownSinceItsFirstUpdate() {
        NDArray large = manager.zeros(new Shape(64, 64));
        try (FusedOptimizer optimizer = adam()) {
            optimizer.update("w", manager.zeros(new Shape(2)), manager.ones(new Shape(2)));
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> optimizer.update("w", large, manager.ones(new Shape(64, 64))));
            assertEquals(
                    "expected a weight 'w' of shape (2), as it was updated before, found (64, 64)",
                    refused.getMessage());
        }
    }

    /** The layout must not change what is computed, neither from the start nor between steps. */
    @Test
    void stepsGoOnAfterAConversionToChannelsLast() {
        float[] rowMajor = trained(Integer.MAX_VALUE);
        assertArrayEquals(rowMajor, trained(0), 1e-6f);
        assertArrayEquals(rowMajor, trained(2), 1e-6f);
    }

    private float[] trained(int converted) {
        Block convolution = Conv2d.builder().setFilters(4).setKernelShape(new Shape(3, 3)).build();
        ENGINE.setRandomSeed(7);
        convolution.initialize(manager, DataType.FLOAT32, new Shape(2, 3, 5, 5));
        NDArray weight = convolution.getParameters().get("weight").getArray();
        NDArray factors = manager.randomNormal(weight.getShape());
        try (FusedOptimizer optimizer =
                FusedAdam.builder().optLearningRateTracker(Tracker.fixed(0.1f)).build()) {
            for (int step = 0; step < 4; step++) {
                if (step == converted) {
                    ChannelsLast.convert(convolution);
                }
                try (GradientCollector collector = ENGINE.newGradientCollector()) {
                    collector.backward(weight.mul(factors).square().sum());
                }
                optimizer.step(convolution.getParameters().values());
            }
            NDArray moment = requireNonNull(optimizer.state(convolution).get("weight.exp_avg"));
            assertTrue(MemoryLayouts.same(Handles.of(weight), Handles.of(moment), true));
        }
        return weight.toFloatArray();
    }

    @Test
    void conversionToChannelsLastRemovesGradients() {
        Block convolution = Conv2d.builder().setFilters(4).setKernelShape(new Shape(3, 3)).build();
        convolution.initialize(manager, DataType.FLOAT32, new Shape(2, 3, 5, 5));
        Parameter parameter = convolution.getParameters().get("weight");
        try (GradientCollector collector = ENGINE.newGradientCollector()) {
            collector.backward(parameter.getArray().sum());
        }
        ChannelsLast.convert(convolution);
        float[] gradient = parameter.getArray().getGradient().toFloatArray();
        assertArrayEquals(new float[gradient.length], gradient);
    }

    @Test
    void tellsDenseTensorsFromOthers() {
        NDArray array = manager.zeros(new Shape(2, 3, 4));
        assertDense(true, array);
        assertDense(true, array.transpose(2, 0, 1));
        assertDense(true, array.get("1:"));
        assertDense(true, array.expandDims(1));
        assertDense(true, manager.create(1f));
        assertDense(true, manager.zeros(new Shape(3, 0)));
        assertDense(true, ChannelsLast.of(manager.zeros(new Shape(2, 1, 3, 3))));
        assertDense(false, array.get(":, 1:"));
        assertDense(false, array.get("0, :, 2"));
        assertDense(false, manager.zeros(new Shape(1, 3)).broadcast(new Shape(2, 3)));
    }

    private static void assertDense(boolean expected, NDArray array) {
        assertEquals(expected, MemoryLayouts.dense(Handles.of(array)), array.toString());
    }
}
