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

import java.util.List;

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
            block.add(convolution(channels, 3, 1))
                    .add(BatchNorm.builder().build())
                    .add(Activation.reluBlock())
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
        }
        return block.add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(hidden).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(classes).build());
    }

    /**
     * A residual network (He et al. 2016, basic blocks): a 3x3 convolution and 2x2 max pooling,
     * then a residual block for each width, from the second on with stride 2, global average
     * pooling and a linear layer. With widths 64 and 128 it has 259,000 parameters.
     *
     * @param first channels of the first convolution
     * @param widths channels of each residual block, at least one
     * @param classes the number of classes
     * @return a block from (batch, channels, height, width) to (batch, classes)
     */
    public static Block residual(int first, int[] widths, int classes) {
        SequentialBlock block =
                normalised(first, 3, 1)
                        .add(Activation.reluBlock())
                        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
        int channels = first;
        int stride = 1;
        for (int width : widths) {
            block.add(residualBlock(channels, width, stride)).add(Activation.reluBlock());
            channels = width;
            stride = 2;
        }
        return block.add(Pool.globalAvgPool2dBlock())
                .add(Linear.builder().setUnits(classes).build());
    }

    private static Block residualBlock(int channels, int width, int stride) {
        Block layers =
                normalised(width, 3, stride)
                        .add(Activation.reluBlock())
                        .add(convolution(width, 3, 1))
                        .add(BatchNorm.builder().build());
        boolean same = channels == width && stride == 1;
        return new BranchSum(
                List.of(layers, same ? Blocks.identityBlock() : normalised(width, 1, stride)));
    }

    private static SequentialBlock normalised(int channels, int kernel, int stride) {
        return new SequentialBlock()
                .add(convolution(channels, kernel, stride))
                .add(BatchNorm.builder().build());
    }

    private static Block convolution(int channels, int kernel, int stride) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(channels)
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optStride(new Shape(stride, stride))
                .optBias(false)
                .build();
    }
}
