package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;

/**
 * A block that mixes the positions of a sequence, each from itself and earlier ones alone. It takes
 * and gives (batch, length, width), and can be run token by token with the same result.
 *
 * <p>Confined to one thread.
 */
public abstract sealed class SequenceMixer extends AbstractBlock
        permits CausalAttention, SelectiveStateSpace {
    /** The standard deviation of weights that begin small, as in GPT-2 (Radford et al. 2019). */
    static final float SMALL_DEVIATION = 0.02f;

    /** Elements of a position. */
    protected final int width;

    /**
     * What a sequence has left behind, to go on from. Owns its arrays, and belongs to the mixer
     * that made it.
     */
    public sealed interface State extends AutoCloseable
            permits KeyValueCache, SelectiveStateSpace.Recurrence {
        /**
         * What the state holds for the positions so far.
         *
         * @return bytes
         */
        long bytes();

        /** Frees the arrays. */
        @Override
        void close();
    }

    /**
     * Creates a mixer.
     *
     * @param width elements of a position, at least 1
     */
    protected SequenceMixer(int width) {
        this.width = requireAtLeastOne("a width", width);
    }

    /**
     * The state before the first position.
     *
     * @param manager the state lives in a sub-manager of it
     * @param type the type of the parameters
     * @param batch sequences that are run together
     * @param capacity the largest number of positions
     * @return the state, to be closed by the caller
     */
    public abstract State newState(NDManager manager, DataType type, int batch, int capacity);

    /**
     * One more position of each sequence, without gradients.
     *
     * @param parameters gives the parameters
     * @param input shape (batch, 1, width)
     * @param state of this mixer; changed
     * @return shape (batch, 1, width), what {@code forward} gives for this position of the whole
     *     sequence
     * @throws IllegalStateException if the capacity of the state is used up
     */
    public abstract NDArray step(ParameterStore parameters, NDArray input, State state);

    @Override
    public final Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }

    /** A linear layer without bias that keeps the variance of its input (LeCun et al. 1998). */
    static Linear projection(int from, int to) {
        return linear(to, (float) (1 / Math.sqrt(from)));
    }

    /**
     * A linear layer without bias whose output begins small: what is added to a residual, and
     * logits.
     */
    static Linear smallProjection(int to) {
        return linear(to, SMALL_DEVIATION);
    }

    private static Linear linear(int to, float deviation) {
        Linear linear = Linear.builder().setUnits(to).optBias(false).build();
        linear.setInitializer(new NormalInitializer(deviation), Parameter.Type.WEIGHT);
        return linear;
    }

    /**
     * The value of a parameter. An operation on it gives an array of the model's manager, which
     * lives as long as the model: let the input's array be the first operand, or attach the result.
     */
    final NDArray value(
            ParameterStore store, Parameter parameter, NDArray input, boolean training) {
        return store.getValue(parameter, input.getDevice(), training);
    }

    static int requireAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "expected %s of at least 1, found %d".formatted(what, value));
        }
        return value;
    }
}
