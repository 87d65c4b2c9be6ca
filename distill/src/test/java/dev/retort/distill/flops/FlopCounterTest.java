package dev.retort.distill.flops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.SparseMax;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;

import dev.retort.distill.Networks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlopCounterTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private FlopCount count(Block block, Shape input) {
        block.initialize(manager, DataType.FLOAT32, input);
        return FlopCounter.count(block, input);
    }

    private static Block linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    @Test
    void aPerceptronIsCountedByHand() {
        // Forward 2 * 8 * (16 * 32 + 32 * 4); the input of the first layer has no gradient.
        double first = 2 * 8 * 16 * 32;
        double second = 2 * 8 * 32 * 4;
        assertEquals(
                new FlopCount.Counted(first + second, first + 2 * second),
                count(Networks.mlp(new int[] {32}, 4), new Shape(8, 16)));
    }

    @Test
    void convolutionsAreCountedByHand() {
        // 28 x 28 outputs of 1 x 3 x 3 products, 14 x 14 of 16 x 3 x 3, then 1568 to 64 to 10.
        double first = 2.0 * 2 * 16 * 28 * 28 * 9;
        double second = 2.0 * 2 * 32 * 14 * 14 * 16 * 9;
        double linear = 2.0 * 2 * (32 * 7 * 7 * 64 + 64 * 10);
        assertEquals(
                new FlopCount.Counted(first + second + linear, first + 2 * second + 2 * linear),
                count(Networks.convolutional(16, 32, 64, 10), new Shape(2, 1, 28, 28)));
    }

    @Test
    void groupsStridesAndPaddingAreInTheWeightsAndTheOutput() {
        Block block =
                Conv2d.builder()
                        .setKernelShape(new Shape(3, 5))
                        .setFilters(8)
                        .optGroups(2)
                        .optStride(new Shape(2, 2))
                        .optPadding(new Shape(1, 2))
                        .build();
        double forward = 2.0 * 3 * 8 * (5 * 5) * (2 * 3 * 5);
        assertEquals(
                new FlopCount.Counted(forward, forward), count(block, new Shape(3, 4, 10, 10)));
    }

    @Test
    void linearLayersWorkOnTheLastDimension() {
        double forward = 2.0 * 4 * 7 * 5 * 3;
        assertEquals(new FlopCount.Counted(forward, forward), count(linear(3), new Shape(4, 7, 5)));
    }

    @Test
    void branchesShareTheirInput() {
        ParallelBlock branches =
                new ParallelBlock(lists -> lists.getFirst()).add(linear(3)).add(linear(5));
        Block block = new SequentialBlock().add(linear(10)).add(branches);
        double first = 2.0 * 2 * 7 * 10;
        double both = 2.0 * 2 * 10 * (3 + 5);
        assertEquals(
                new FlopCount.Counted(first + both, first + 2 * both),
                count(block, new Shape(2, 7)));
    }

    @Test
    void whatIsFrozenHasNoGradient() {
        Block frozen = linear(10);
        Block block = new SequentialBlock().add(frozen).add(linear(3));
        block.initialize(manager, DataType.FLOAT32, new Shape(2, 7));
        frozen.freezeParameters(true);
        double first = 2.0 * 2 * 7 * 10;
        double second = 2.0 * 2 * 10 * 3;
        assertEquals(
                new FlopCount.Counted(first + second, second),
                FlopCounter.count(block, new Shape(2, 7)));
    }

    @Test
    void functionsOfDjlCountNothing() {
        SequentialBlock block =
                new SequentialBlock()
                        .add(Activation.reluBlock())
                        .add(Activation.relu6Block())
                        .add(Activation.sigmoidBlock())
                        .add(Activation.tanhBlock())
                        .add(Activation.softPlusBlock())
                        .add(Activation.softSignBlock())
                        .add(Activation.leakyReluBlock(0.1f))
                        .add(Activation.eluBlock(1))
                        .add(Activation.seluBlock())
                        .add(Activation.geluBlock())
                        .add(Activation.swishBlock(1))
                        .add(Activation.mishBlock())
                        .add(Dropout.builder().build())
                        .add(LayerNorm.builder().axis(1).build())
                        .add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                        .add(Pool.globalAvgPool2dBlock())
                        .add(Blocks.identityBlock())
                        .add(Blocks.batchFlattenBlock());
        assertEquals(new FlopCount.Counted(0, 0), count(block, new Shape(2, 3, 8, 8)));
    }

    @Test
    void whatIsNotKnownIsNamed() {
        Block own = new LambdaBlock(list -> new NDList(list.head().matMul(list.head())), "square");
        assertEquals(
                new FlopCount.Unknown("LambdaBlock square"),
                count(new SequentialBlock().add(linear(4)).add(own), new Shape(4, 4)));
        Block product = new LambdaBlock(list -> new NDList(list.head().matMul(list.head())));
        assertEquals(
                new FlopCount.Unknown("LambdaBlock " + LambdaBlock.DEFAULT_NAME),
                count(product, new Shape(4, 4)));
        assertEquals(
                new FlopCount.Unknown("ai.djl.nn.core.SparseMax"),
                count(new SequentialBlock().add(new SparseMax()), new Shape(2, 3)));
    }
}
