package dev.retort.distill.flops;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.Prelu;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;

import java.util.Set;

/**
 * Counts the operations of a block by its type, from its parameters and the shapes of its input.
 * Knows linear and convolutional layers, embeddings, normalisations, dropout, DJL's activations and
 * poolings, and their sequences and parallel branches.
 */
public final class FlopCounter {
    /** The names that DJL gives to functions without a matrix product. */
    private static final Set<String> ELEMENTWISE =
            Set.of(
                    "ReLU",
                    "ReLU6",
                    "sigmoid",
                    "Tanh",
                    "softPlus",
                    "softSign",
                    "LeakyReLU",
                    "ELU",
                    "SELU",
                    "GELU",
                    "Swish",
                    "Mish",
                    "batchFlatten",
                    "identity",
                    "maxPool1d",
                    "maxPool2d",
                    "maxPool3d",
                    "avgPool1d",
                    "avgPool2d",
                    "avgPool3d",
                    "globalMaxPool1d",
                    "globalMaxPool2d",
                    "globalMaxPool3d",
                    "globalAvgPool1d",
                    "globalAvgPool2d",
                    "globalAvgPool3d",
                    "lpPool1d",
                    "lpPool2d",
                    "lpPool3d",
                    "globalLpPool1d",
                    "globalLpPool2d",
                    "globalLpPool3d");

    private double forward;
    private double backward;

    private FlopCounter() {}

    /** A block whose operations are not known. */
    private static final class UnknownBlockException extends Exception {
        private static final long serialVersionUID = 1;

        UnknownBlockException(String block) {
            super(block, null, false, false);
        }
    }

    /**
     * Counts one training step.
     *
     * @param block the block, initialised
     * @param inputs the shapes of its inputs, the batch included
     * @return the count, or the first block that is not known
     */
    public static FlopCount count(Block block, Shape... inputs) {
        FlopCounter counter = new FlopCounter();
        try {
            counter.add(block, inputs, false);
            return new FlopCount.Counted(counter.forward, counter.backward);
        } catch (UnknownBlockException e) {
            return new FlopCount.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Adds a block.
     *
     * @param trainedBefore whether something before it is trained, so that its input has a gradient
     * @return whether something up to its end is trained
     */
    private boolean add(Block block, Shape[] inputs, boolean trainedBefore)
            throws UnknownBlockException {
        switch (block) {
            case SequentialBlock sequence -> {
                boolean trained = trainedBefore;
                Shape[] shapes = inputs;
                for (Block child : sequence.getChildren().values()) {
                    trained = add(child, shapes, trained);
                    shapes = child.getOutputShapes(shapes);
                }
                return trained;
            }
            case ParallelBlock branches -> {
                boolean trained = trainedBefore;
                for (Block child : branches.getChildren().values()) {
                    trained |= add(child, inputs, trainedBefore);
                }
                return trained;
            }
            case Linear linear -> {
                Shape weight = linear.getDirectParameters().get("weight").getArray().getShape();
                addProduct(linear, inputs, weight.get(1), trainedBefore);
            }
            case Convolution convolution -> {
                Shape weight =
                        convolution.getDirectParameters().get("weight").getArray().getShape();
                addProduct(convolution, inputs, weight.size() / weight.get(0), trainedBefore);
            }
            case Embedding<?> _, BatchNorm _, LayerNorm _, Dropout _, Prelu _ -> {}
            case LambdaBlock lambda when ELEMENTWISE.contains(lambda.getName()) -> {}
            case LambdaBlock lambda ->
                    throw new UnknownBlockException("LambdaBlock " + lambda.getName());
            default -> throw new UnknownBlockException(block.getClass().getName());
        }
        return trainedBefore || isTrained(block);
    }

    /** A layer each of whose outputs is a scalar product of the given length. */
    private void addProduct(Block layer, Shape[] inputs, long length, boolean trainedBefore) {
        long outputs = layer.getOutputShapes(inputs)[0].size();
        double product = 2.0 * outputs * length;
        forward += product;
        if (layer.getDirectParameters().get("weight").requiresGradient()) {
            backward += product;
        }
        if (trainedBefore) {
            backward += product;
        }
    }

    private static boolean isTrained(Block block) {
        return block.getDirectParameters().values().stream().anyMatch(Parameter::requiresGradient);
    }
}
