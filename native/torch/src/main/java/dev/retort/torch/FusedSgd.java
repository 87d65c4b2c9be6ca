package dev.retort.torch;

import ai.djl.ndarray.NDArray;

import dev.retort.torch.ffi.AtenTraining;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Stochastic gradient descent with momentum (also Nesterov's) for all parameters by one operator,
 * with the values of Python's {@code torch.optim.SGD(…, fused=True)}.
 */
public final class FusedSgd extends FusedOptimizer {
    private final double momentum;
    private final double dampening;
    private final boolean nesterov;

    private FusedSgd(Builder builder) {
        super(builder, builder.momentum == 0 ? List.of() : List.of("momentum_buffer"));
        momentum = builder.momentum;
        dampening = builder.dampening;
        nesterov = builder.nesterov;
    }

    /**
     * Descent without momentum and weight decay.
     *
     * @return a builder with a learning rate of 0.001
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    void update(
            Gradients gradients,
            OptimizerState.Group group,
            double rate,
            @Nullable NDArray foundInfinite) {
        AtenTraining.fusedSgdInPlace(
                gradients.weights(),
                gradients.gradients(),
                momentum == 0 ? NO_TENSORS : group.buffers(0),
                getWeightDecay(),
                momentum,
                rate,
                dampening,
                nesterov,
                false,
                group.first(),
                0,
                foundInfinite == null ? 0 : Handles.of(foundInfinite));
    }

    /** Builds a {@link FusedSgd}. */
    public static final class Builder extends FusedBuilder<Builder> {
        private double momentum;
        private double dampening;
        private boolean nesterov;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the share of the earlier steps.
         *
         * @param share at least 0, none by default
         * @return this
         */
        public Builder optMomentum(double share) {
            momentum = share;
            return this;
        }

        /**
         * Sets by how much the gradient is lessened before it enters the momentum.
         *
         * @param share 0 by default
         * @return this
         */
        public Builder optDampening(double share) {
            dampening = share;
            return this;
        }

        /**
         * Sets whether the gradient is looked up ahead of the momentum (Nesterov, 1983).
         *
         * @param enabled false by default
         * @return this
         */
        public Builder optNesterov(boolean enabled) {
            nesterov = enabled;
            return this;
        }

        /**
         * Builds the optimizer.
         *
         * @return the optimizer, to be closed
         */
        public FusedSgd build() {
            if (!(momentum >= 0 && weightDecay() >= 0)) {
                throw new IllegalArgumentException(
                        "expected a momentum and a weight decay of at least 0, found %s and %s"
                                .formatted(momentum, weightDecay()));
            }
            if (nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException(
                        "expected a momentum and no dampening with Nesterov's form, found %s and %s"
                                .formatted(momentum, dampening));
            }
            return new FusedSgd(this);
        }
    }
}
