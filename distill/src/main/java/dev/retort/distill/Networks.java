package dev.retort.distill;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;

/** Small classifiers for teachers and students, as DJL blocks that give logits. */
public final class Networks {
    private Networks() {}

    /**
     * A multi-layer perceptron with ReLU between the layers.
     *
     * @param hidden units of each hidden layer; none gives a linear classifier
     * @param classes the number of classes
     * @return a block from (batch, anything) to (batch, classes)
     */
    public static Block mlp(int[] hidden, int classes) {
        SequentialBlock block = new SequentialBlock().add(Blocks.batchFlattenBlock());
        for (int units : hidden) {
            block.add(Linear.builder().setUnits(units).build()).add(Activation.reluBlock());
        }
        return block.add(Linear.builder().setUnits(classes).build());
    }

    /**
     * Two 3x3 convolutions with batch normalisation, ReLU and 2x2 max pooling, then one hidden
     * layer. For 28x28 images and widths 16, 32 and 64 it has 106,000 parameters.
     *
     * @param first channels of the first convolution
     * @param second channels of the second convolution
     * @param hidden units of the hidden layer
     * @param classes the number of classes
     * @return a block from (batch, channels, height, width) to (batch, classes)
     */
    public static Block convolutional(int first, int second, int hidden, int classes) {
        SequentialBlock block = new SequentialBlock();
        for (int channels : new int[] {first, second}) {
            block.add(convolution(channels))
                    .add(BatchNorm.builder().build())
                    .add(Activation.reluBlock())
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
        }
        return block.add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(hidden).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(classes).build());
    }

    private static Block convolution(int channels) {
        return Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .setFilters(channels)
                .optPadding(new Shape(1, 1))
                .optBias(false)
                .build();
    }
}
