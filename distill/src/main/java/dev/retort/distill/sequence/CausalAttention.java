package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Multi-head self-attention (Vaswani et al. 2017) in which a position sees itself and earlier ones
 * alone: softmax(Q K<sup>T</sup> / &radic;E) V for each head, with Q, K and V by one linear layer
 * without bias, and a linear layer on all heads together.
 *
 * <p>Knows nothing of the order of positions beyond the mask: add positions to its input.
 */
public final class CausalAttention extends SequenceMixer {
    private final int heads;
    private final int headSize;
    private final AttentionKernel kernel;
    private final Linear input;
    private final Linear output;

    /**
     * Creates a block.
     *
     * @param width elements of a position, a multiple of the number of heads
     * @param heads heads, at least 1
     * @param kernel computes the attention itself
     */
    public CausalAttention(int width, int heads, AttentionKernel kernel) {
        super(width);
        if (width % requireAtLeastOne("a number of heads", heads) != 0) {
            throw new IllegalArgumentException(
                    "expected a width that is a multiple of %d heads, found %d"
                            .formatted(heads, width));
        }
        this.heads = heads;
        this.headSize = width / heads;
        this.kernel = kernel;
        input = addChildBlock("qkv", projection(width, 3 * width));
        output = addChildBlock("output", smallProjection(width));
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        input.initialize(manager, dataType, inputShapes);
        output.initialize(manager, dataType, inputShapes);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> options) {
        NDArray[] projected = project(parameters, inputs.head(), training);
        NDArray attended = kernel.attend(projected[0], projected[1], projected[2], true);
        return new NDList(merge(parameters, attended, training));
    }

    @Override
    public State newState(NDManager manager, DataType type, int batch, int capacity) {
        return new KeyValueCache(manager, type, batch, heads, capacity, headSize);
    }

    @Override
    public NDArray step(ParameterStore parameters, NDArray position, State state) {
        if (!(state instanceof KeyValueCache cache)) {
            throw new IllegalArgumentException(
                    "expected a cache of keys and values, found another");
        }
        NDArray[] projected = project(parameters, position, false);
        cache.append(projected[1], projected[2]);
        NDManager owner = position.getManager();
        NDArray attended =
                kernel.attend(projected[0], cache.keys(owner), cache.values(owner), false);
        return merge(parameters, attended, false);
    }

    /** Queries, keys and values, each (batch, heads, length, head size). */
    private NDArray[] project(ParameterStore parameters, NDArray positions, boolean training) {
        NDArray all = input.forward(parameters, new NDList(positions), training).head();
        // Split rather than sliced: the gradient of a slice is an array of the whole's size.
        NDList parts = all.split(3, 2);
        NDArray[] projected = new NDArray[3];
        for (int i = 0; i < projected.length; i++) {
            projected[i] =
                    parts.get(i)
                            .reshape(positions.size(0), positions.size(1), heads, headSize)
                            .transpose(0, 2, 1, 3);
        }
        return projected;
    }

    private NDArray merge(ParameterStore parameters, NDArray attended, boolean training) {
        NDArray merged =
                attended.transpose(0, 2, 1, 3).reshape(attended.size(0), attended.size(2), width);
        return output.forward(parameters, new NDList(merged), training).head();
    }
}
