package dev.retort.distill.flops;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.convolutional.Deconvolution;
import ai.djl.nn.core.ConstantEmbedding;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.LinearCollection;
import ai.djl.nn.core.Multiplication;
import ai.djl.nn.core.Prelu;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.BertMaskedLanguageModelBlock;
import ai.djl.nn.transformer.BertNextSentenceBlock;
import ai.djl.nn.transformer.BertPretrainingBlock;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.nn.transformer.PointwiseFeedForwardBlock;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;

import java.util.Set;

/**
 * Counts the operations of a block by its type, from its parameters and the shapes of its input, by
 * the convention of {@link FlopCount.Counted}. Knows all of DJL's layers with a matrix product:
 * linear, convolutional (transposed ones too) and recurrent, attention, transformer encoders and
 * BERT; embeddings, normalisations, dropout, DJL's activations and poolings, which count nothing;
 * and their sequences and parallel branches.
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

    private final Products products = new Products();

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
            return counter.products.sum();
        } catch (UnknownBlockException e) {
            return new FlopCount.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /** Whether a block itself, not what is in it, has something to train. */
    static boolean isTrained(Block block) {
        return block.getDirectParameters().values().stream().anyMatch(Parameter::requiresGradient);
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
                return addSequence(sequence, inputs, trainedBefore);
            }
            case ParallelBlock branches -> {
                boolean trained = trainedBefore;
                for (Block child : branches.getChildren().values()) {
                    trained |= add(child, inputs, trainedBefore);
                }
                return trained;
            }
            case RecurrentBlock recurrent -> {
                return RecurrentProducts.add(recurrent, inputs[0], trainedBefore, products);
            }
            case ScaledDotProductAttentionBlock attention -> {
                return AttentionProducts.add(attention, inputs, trainedBefore, products);
            }
            case TransformerEncoderBlock encoder -> {
                return addEncoder(encoder, inputs, trainedBefore);
            }
            case BertBlock bert -> {
                return addBert(bert, inputs, trainedBefore);
            }
            case BertPretrainingBlock pretraining -> {
                return addPretraining(pretraining, inputs, trainedBefore);
            }
            case BertMaskedLanguageModelBlock model -> {
                return addLanguageModel(model, inputs, trainedBefore, true);
            }
            case BertNextSentenceBlock classifier -> {
                return add(onlyChild(classifier), inputs, trainedBefore);
            }
            case WrappingBlock wrapping -> {
                return add(wrapping.network(), inputs, trainedBefore);
            }
            case Linear linear -> addLayer(linear, inputs, weights(linear).get(1), trainedBefore);
            case LinearCollection linear ->
                    addLayer(
                            linear,
                            inputs,
                            inputs[0].get(inputs[0].dimension() - 1),
                            trainedBefore);
            case Convolution convolution -> {
                Shape weight = weights(convolution);
                addLayer(convolution, inputs, weight.size() / weight.get(0), trainedBefore);
            }
            case Deconvolution deconvolution -> {
                // Each position of the input is multiplied with every weight.
                double positions = (double) inputs[0].size() / inputs[0].get(1);
                double weights = weights(deconvolution).size();
                products.add(positions * weights, gradients(deconvolution, trainedBefore));
            }
            case Embedding<?> _,
                    IdEmbedding _,
                    ConstantEmbedding _,
                    BatchNorm _,
                    LayerNorm _,
                    Dropout _,
                    Prelu _,
                    Multiplication _ -> {}
            case LambdaBlock lambda when ELEMENTWISE.contains(lambda.getName()) -> {}
            case LambdaBlock lambda ->
                    throw new UnknownBlockException("LambdaBlock " + lambda.getName());
            default -> throw new UnknownBlockException(block.getClass().getName());
        }
        return trainedBefore || isTrained(block);
    }

    private boolean addSequence(SequentialBlock sequence, Shape[] inputs, boolean trainedBefore)
            throws UnknownBlockException {
        boolean trained = trainedBefore;
        Shape[] shapes = inputs;
        for (Block child : sequence.getChildren().values()) {
            // Between its layers a feed-forward block has the activation that it was given, which
            // has no name.
            if (!(sequence instanceof PointwiseFeedForwardBlock && child instanceof LambdaBlock)) {
                trained = add(child, shapes, trained);
            }
            shapes = child.getOutputShapes(shapes);
        }
        return trained;
    }

    /** Attention, which gets the mask, and behind it layers that keep the shape. */
    private boolean addEncoder(
            TransformerEncoderBlock encoder, Shape[] inputs, boolean trainedBefore)
            throws UnknownBlockException {
        boolean trained = trainedBefore;
        for (Block child : encoder.getChildren().values()) {
            boolean attends = child instanceof ScaledDotProductAttentionBlock;
            trained = add(child, attends ? inputs : new Shape[] {inputs[0]}, trained);
        }
        return trained;
    }

    /** Embeddings, encoders, and a layer on the first position of each sample. */
    private boolean addBert(BertBlock bert, Shape[] inputs, boolean trainedBefore)
            throws UnknownBlockException {
        long samples = inputs[0].get(0);
        Shape embedded = inputs[0].add(bert.getEmbeddingSize());
        Shape first = new Shape(samples, bert.getEmbeddingSize());
        boolean trained = trainedBefore || isTrained(bert);
        for (Block child : bert.getChildren().values()) {
            trained |=
                    add(child, new Shape[] {child instanceof Linear ? first : embedded}, trained);
        }
        return trained;
    }

    /** BERT on words, types and mask; on what it gives, the masked words and the next sentence. */
    private boolean addPretraining(
            BertPretrainingBlock pretraining, Shape[] inputs, boolean trainedBefore)
            throws UnknownBlockException {
        boolean trained = trainedBefore;
        Shape words = inputs[0];
        long embedding = 0;
        long dictionary = 0;
        boolean tableTrained = false;
        for (Block child : pretraining.getChildren().values()) {
            switch (child) {
                case BertBlock bert -> {
                    trained = add(bert, new Shape[] {words}, trained);
                    embedding = bert.getEmbeddingSize();
                    dictionary = bert.getTokenDictionarySize();
                    tableTrained = isTrained(bert.getTokenEmbedding());
                }
                case BertMaskedLanguageModelBlock model -> {
                    Shape[] parts = {
                        words.add(embedding), inputs[3], new Shape(dictionary, embedding)
                    };
                    addLanguageModel(model, parts, trained, tableTrained);
                }
                default -> add(child, new Shape[] {new Shape(words.get(0), embedding)}, trained);
            }
        }
        return true;
    }

    /**
     * A layer on the masked positions, and their scores with all words of the dictionary.
     *
     * @param inputs samples, positions and embedding; samples and masked positions; the table of
     *     embeddings
     */
    private boolean addLanguageModel(
            BertMaskedLanguageModelBlock model,
            Shape[] inputs,
            boolean trainedBefore,
            boolean tableTrained)
            throws UnknownBlockException {
        Shape masked = new Shape(inputs[1].size(), inputs[0].get(2));
        boolean trained = trainedBefore;
        for (Block child : model.getChildren().values()) {
            trained = add(child, new Shape[] {masked}, trained);
        }
        products.add(
                (double) masked.size() * inputs[2].get(0),
                (trained ? 1 : 0) + (tableTrained ? 1 : 0));
        return trained || isTrained(model);
    }

    /** A layer each of whose outputs is a scalar product of the given length. */
    private void addLayer(Block layer, Shape[] inputs, long length, boolean trainedBefore) {
        double outputs = layer.getOutputShapes(inputs)[0].size();
        products.add(outputs * length, gradients(layer, trainedBefore));
    }

    private static int gradients(Block layer, boolean trainedBefore) {
        boolean weight = layer.getDirectParameters().get("weight").requiresGradient();
        return (weight ? 1 : 0) + (trainedBefore ? 1 : 0);
    }

    private static Shape weights(Block layer) {
        return layer.getDirectParameters().get("weight").getArray().getShape();
    }

    private static Block onlyChild(Block block) {
        return block.getChildren().valueAt(0);
    }
}
