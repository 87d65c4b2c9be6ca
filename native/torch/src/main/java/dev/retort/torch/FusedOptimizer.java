package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An optimizer that updates all parameters by one operator of libtorch. It works on Retort's engine
 * alone.
 *
 * <p>In a loop of one's own, {@link #step} does it. In DJL's {@code Trainer}, which hands over one
 * parameter after another, the engine's parameter server gathers them and makes the step with the
 * last one, so that {@code config.optOptimizer(FusedAdam.builder().build())} is all that is needed.
 * Either way the gradients are removed after the step, as {@code zero_grad} does in Python, and the
 * next backward pass begins anew.
 *
 * <p>The parameters lie on one device; those without a gradient are left alone. A parameter keeps
 * its shape, and fills its memory without gaps, in whatever layout. The state belongs to this
 * object and is freed by {@link #close}. Confined to one thread.
 */
public abstract class FusedOptimizer extends Optimizer implements AutoCloseable {
    /** Buffers that an operator takes in some of its forms alone. */
    static final long[] NO_TENSORS = {};

    private final Tracker learningRate;
    private OptimizerState state;

    FusedOptimizer(FusedBuilder<?> builder, List<String> bufferNames) {
        super(Optimizer.adamW().optWeightDecays(builder.weightDecay));
        learningRate = builder.learningRate;
        state = new OptimizerState(bufferNames);
    }

    /**
     * Calls the operator.
     *
     * @param gradients the parameters with their gradients
     * @param group their state, in the same order
     * @param rate the learning rate
     * @param foundInfinite a scalar on the device, 1 if this step is to change nothing; null if it
     *     is to be made in any case
     */
    abstract void update(
            Gradients gradients,
            OptimizerState.Group group,
            double rate,
            @Nullable NDArray foundInfinite);

    /**
     * Updates the parameters by their gradients, and removes the gradients.
     *
     * @param parameters the parameters, for example {@code block.getParameters().values()}
     * @throws IllegalStateException if none of them has a gradient
     */
    public final void step(Collection<Parameter> parameters) {
        try (Gradients gradients = Gradients.of(parameters)) {
            step(gradients, null);
        }
    }

    /** Updates the parameters, unless on the device the scalar says that a gradient overflowed. */
    final void step(Gradients gradients, @Nullable NDArray foundInfinite) {
        if (gradients.isEmpty()) {
            throw new IllegalStateException(
                    "expected gradients of a backward pass before the step, found none");
        }
        OptimizerState.Group group = begin(gradients, foundInfinite);
        update(gradients, group, learningRate.getNewValue(state.countStep(group)), foundInfinite);
        gradients.remove();
    }

    private OptimizerState.Group begin(Gradients gradients, @Nullable NDArray foundInfinite) {
        gradients.layOut();
        return state.begin(gradients, foundInfinite);
    }

    /**
     * {@inheritDoc} The weight's own gradient is removed. The learning rate goes by the parameter
     * that has been updated most often, as with DJL's optimizers. Prefer {@link #step}, which takes
     * all parameters at once.
     *
     * @throws IllegalArgumentException if the gradient is not of the weight's shape
     */
    @Override
    public final void update(String parameterId, NDArray weight, NDArray gradient) {
        try (Gradients gradients = Gradients.of(parameterId, weight, gradient)) {
            OptimizerState.Group group = begin(gradients, null);
            update(gradients, group, learningRate.getNewValue(state.countUpdate(group)), null);
            gradients.remove();
        }
    }

    /**
     * The state as arrays, to be saved by {@link dev.retort.torch.safetensors.Safetensors#save}.
     *
     * @param block the block whose parameters have been updated; its names are used, since the ids
     *     of parameters are new in each process
     * @return the arrays of this optimizer themselves, not copies: {@code NAME.step} and, for
     *     example, {@code NAME.exp_avg} for each parameter that has been updated, and {@code
     *     steps}, by which the learning rate goes and which counts steps that overflowed too
     */
    public final Map<String, NDArray> state(Block block) {
        return state.save(block);
    }

    /**
     * Takes over a saved state: the next step is what it would have been in the process that saved.
     * The arrays of the state before are freed.
     *
     * @param block a block with the same names and shapes of parameters
     * @param arrays what {@link #state} gave, on any device; they are copied. Without {@code steps}
     *     the learning rate goes on from the parameter that was updated most often
     * @throws IllegalArgumentException if an array is of another shape or belongs to no parameter;
     *     the state stays what it was
     */
    public final void restore(Block block, Map<String, NDArray> arrays) {
        OptimizerState restored = state.restored(block, arrays);
        state.close();
        state = restored;
    }

    /** Frees the state; the optimizer cannot be used afterwards. */
    @Override
    public final void close() {
        state.close();
    }

    /**
     * What the builders of fused optimizers have in common.
     *
     * @param <B> the builder
     */
    public abstract static sealed class FusedBuilder<B extends FusedBuilder<B>>
            permits FusedAdam.Builder, FusedSgd.Builder {
        private Tracker learningRate = Tracker.fixed(1e-3f);
        private float weightDecay;

        FusedBuilder() {}

        abstract B self();

        /**
         * Sets the learning rate.
         *
         * @param tracker the rate by step, from step 1
         * @return this
         */
        public final B optLearningRateTracker(Tracker tracker) {
            learningRate = tracker;
            return self();
        }

        /**
         * Sets the weight decay, which is part of the gradient.
         *
         * @param decay at least 0
         * @return this
         */
        public B optWeightDecays(float decay) {
            weightDecay = decay;
            return self();
        }

        final float weightDecay() {
            return weightDecay;
        }
    }
}
