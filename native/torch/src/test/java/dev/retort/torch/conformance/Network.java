package dev.retort.torch.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A small network of DJL's blocks, how it is trained, and what on.
 *
 * @param name of the network
 * @param input the shape of a batch
 * @param classes how many classes the data has
 * @param block makes the network
 * @param optimizer makes its optimizer
 */
record Network(
        String name,
        Shape input,
        int classes,
        Supplier<Block> block,
        Supplier<Optimizer> optimizer) {

    private static final int BATCH = 16;
    private static final int CLASSES = 4;

    static List<Network> all() {
        return List.of(
                of("perceptron", new Shape(BATCH, 12), Network::perceptron, Network::adam),
                of("regularised", new Shape(BATCH, 12), Network::regularised, Network::adamW),
                of("images", new Shape(BATCH, 2, 10, 10), Network::images, Network::momentum),
                of("signals", new Shape(BATCH, 3, 16), Network::signals, Network::adam),
                of("rnn", new Shape(BATCH, 6, 5), Network::rnn, Network::adam),
                of("lstm", new Shape(BATCH, 6, 5), Network::lstm, Network::adam),
                of("gru", new Shape(BATCH, 6, 5), Network::gru, Network::adam),
                of("transformer", new Shape(BATCH, 6, 8), Network::transformer, Network::adam));
    }

    private static Network of(
            String name, Shape input, Supplier<Block> block, Supplier<Optimizer> optimizer) {
        return new Network(name, input, CLASSES, block, optimizer);
    }

    /** The same batch on every engine: inputs, and labels that a linear rule gives them. */
    NDList batch(NDManager manager, int step) {
        SplittableRandom random = new SplittableRandom(31L * name.hashCode() + step);
        int width = (int) (input.size() / BATCH);
        float[] values = new float[BATCH * width];
        float[] labels = new float[BATCH];
        for (int i = 0; i < BATCH; i++) {
            double sum = 0;
            for (int j = 0; j < width; j++) {
                float value = (float) random.nextGaussian();
                values[i * width + j] = value;
                sum += value * Math.sin(j + 1);
            }
            labels[i] = Math.floorMod((int) Math.floor(sum), classes);
        }
        return new NDList(manager.create(values, input), manager.create(labels));
    }

    private static Optimizer adam() {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(3e-3f)).build();
    }

    private static Optimizer adamW() {
        return Optimizer.adamW().optLearningRateTracker(Tracker.fixed(3e-3f)).build();
    }

    private static Optimizer momentum() {
        return Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(0.02f))
                .optMomentum(0.9f)
                .optWeightDecays(1e-3f)
                .build();
    }

    private static Block perceptron() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(24).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    private static Block regularised() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(24).build())
                .add(LayerNorm.builder().build())
                .add(Activation::gelu)
                .add(Dropout.builder().optRate(0.2f).build())
                .add(Linear.builder().setUnits(24).optBias(false).build())
                .add(BatchNorm.builder().build())
                .add(Activation::mish)
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    private static Block images() {
        return new SequentialBlock()
                .add(conv(6, 3))
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                .add(conv(8, 2))
                .add(Activation.leakyReluBlock(0.1f))
                .add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(1, 1)))
                .add(Activation.eluBlock(1))
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    private static Block conv(int filters, int kernel) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(kernel, kernel))
                .optPadding(new Shape(1, 1))
                .build();
    }

    private static Block signals() {
        return new SequentialBlock()
                .add(Conv1d.builder().setFilters(6).setKernelShape(new Shape(3)).build())
                .add(Activation::selu)
                .add(Pool.globalAvgPool1dBlock())
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    private static Block rnn() {
        return lastStep(
                RNN.builder()
                        .setActivation(RNN.Activation.TANH)
                        .setNumLayers(1)
                        .setStateSize(10)
                        .optReturnState(false)
                        .optBatchFirst(true)
                        .build());
    }

    private static Block lstm() {
        return lastStep(
                LSTM.builder()
                        .setNumLayers(2)
                        .setStateSize(10)
                        .optReturnState(false)
                        .optBatchFirst(true)
                        .build());
    }

    private static Block gru() {
        return lastStep(
                GRU.builder()
                        .setNumLayers(1)
                        .setStateSize(10)
                        .optReturnState(false)
                        .optBatchFirst(true)
                        .build());
    }

    private static Block lastStep(Block recurrent) {
        return new SequentialBlock()
                .add(recurrent)
                .add(new LambdaBlock(x -> new NDList(last(x.head()))))
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    private static NDArray last(NDArray sequence) {
        return sequence.get(":, -1");
    }

    private static Block transformer() {
        return new SequentialBlock()
                .add(new TransformerEncoderBlock(8, 2, 16, 0.1f, Activation::relu))
                .add(new LambdaBlock(x -> new NDList(x.head().mean(new int[] {1}))))
                .add(Linear.builder().setUnits(CLASSES).build());
    }
}
