package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;

import dev.retort.distill.sequence.ByteModelShape.Mixer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * A language model of bytes: a table of 256 bytes, with attention one of positions, layers, a
 * normalisation and a linear layer to the logits of the next byte.
 *
 * <p>It takes bytes as {@code INT64} from 0 to 255, shape (batch, length), and gives logits of
 * shape (batch &times; length, 256): a row for each position, as losses and measures of classifiers
 * take them. The logits of a position depend on its own and earlier bytes alone.
 */
public final class ByteLanguageModel extends AbstractBlock {
    /** The values of a byte. */
    public static final int VOCABULARY = 256;

    private final ByteModelShape shape;
    private final Parameter bytes;
    private final @Nullable Parameter positions;
    private final List<ResidualLayer> layers = new ArrayList<>();
    private final Block norm;
    private final Linear head;

    /**
     * Creates a model.
     *
     * @param shape its shape
     * @param kernel computes attention; not used by state spaces
     */
    public ByteLanguageModel(ByteModelShape shape, AttentionKernel kernel) {
        this.shape = shape;
        int width = shape.width();
        bytes = table("bytes", VOCABULARY, width);
        boolean attends = shape.mixer() == Mixer.ATTENTION;
        positions = attends ? table("positions", shape.length(), width) : null;
        for (int i = 0; i < shape.layers(); i++) {
            SequenceMixer mixer =
                    attends
                            ? new CausalAttention(width, width / shape.headSize(), kernel)
                            : new SelectiveStateSpace(width, shape.headSize(), shape.length());
            layers.add(addChildBlock("layer", new ResidualLayer(mixer, width, attends)));
        }
        norm = addChildBlock("norm", LayerNorm.builder().axis(2).build());
        head = addChildBlock("head", SequenceMixer.smallProjection(VOCABULARY));
    }

    private Parameter table(String name, long rows, long width) {
        return addParameter(
                Parameter.builder()
                        .setName(name)
                        .setType(Parameter.Type.WEIGHT)
                        .optShape(new Shape(rows, width))
                        .optInitializer(new NormalInitializer(SequenceMixer.SMALL_DEVIATION))
                        .build());
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape embedded = inputShapes[0].add(shape.width());
        for (Block child : getChildren().values()) {
            child.initialize(manager, dataType, embedded);
        }
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> options) {
        NDArray text = inputs.head();
        long length = text.size(1);
        if (positions != null && length > shape.length()) {
            throw new IllegalArgumentException(
                    "expected at most %d bytes of a sequence, found %d"
                            .formatted(shape.length(), length));
        }
        NDList x = new NDList(embed(parameters, text, 0, training));
        for (ResidualLayer layer : layers) {
            x = layer.forward(parameters, x, training);
        }
        return new NDList(logits(parameters, x, training));
    }

    private NDArray embed(ParameterStore parameters, NDArray text, long first, boolean training) {
        NDArray table = parameters.getValue(bytes, text.getDevice(), training);
        NDArray embedded = Embedding.embedding(text, table, SparseFormat.DENSE).head();
        embedded.attach(text.getManager());
        if (positions == null) {
            return embedded;
        }
        NDArray places =
                parameters
                        .getValue(positions, text.getDevice(), training)
                        .get("{}:{}", first, first + text.size(1));
        places.attach(text.getManager());
        return embedded.add(places);
    }

    private NDArray logits(ParameterStore parameters, NDList x, boolean training) {
        NDList normed = norm.forward(parameters, x, training);
        return head.forward(parameters, normed, training).head().reshape(-1, VOCABULARY);
    }

    /**
     * Begins sequences that are read byte by byte, without gradients.
     *
     * @param manager the states live in a sub-manager of it
     * @param batch sequences that are read together
     * @return a reader, to be closed by the caller
     */
    public Reader reader(NDManager manager, int batch) {
        return new Reader(manager, batch);
    }

    /** Reads sequences byte by byte. Confined to one thread. */
    public final class Reader implements AutoCloseable {
        private final List<SequenceMixer.State> states = new ArrayList<>();
        private final ParameterStore parameters;
        private int read;

        private Reader(NDManager manager, int batch) {
            parameters = new ParameterStore(manager, false);
            DataType type = bytes.getArray().getDataType();
            for (ResidualLayer layer : layers) {
                states.add(layer.mixer().newState(manager, type, batch, shape.length()));
            }
        }

        /**
         * Reads the next byte of each sequence.
         *
         * @param next {@code INT64} of shape (batch, 1)
         * @return the logits of the byte after it, shape (batch, 256), of the manager of the input
         * @throws IllegalStateException if the model's length is used up
         */
        public NDArray read(NDArray next) {
            if (positions != null && read == shape.length()) {
                throw new IllegalStateException(
                        "expected at most %d bytes of a sequence, found one more"
                                .formatted(shape.length()));
            }
            NDArray x = embed(parameters, next, read, false);
            for (int i = 0; i < states.size(); i++) {
                x = layers.get(i).step(parameters, x, states.get(i));
            }
            read++;
            return logits(parameters, new NDList(x), false);
        }

        /**
         * What the states hold for the bytes so far.
         *
         * @return bytes of memory
         */
        public long stateBytes() {
            return states.stream().mapToLong(SequenceMixer.State::bytes).sum();
        }

        @Override
        public void close() {
            states.forEach(SequenceMixer.State::close);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].size(), VOCABULARY)};
    }
}
