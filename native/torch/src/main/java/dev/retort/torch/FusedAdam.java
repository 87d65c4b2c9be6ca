package dev.retort.torch;

import ai.djl.ndarray.NDArray;

import dev.retort.torch.ffi.AtenTraining;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Adam (Kingma and Ba, 2015), AdamW (Loshchilov and Hutter, 2019) and their AMSGrad forms (Reddi,
 * Kale and Kumar, 2018) for all parameters by one operator, with the values of Python's {@code
 * torch.optim.Adam(…, fused=True)}.
 *
 * <p>DJL's {@code Optimizer.adam()} differs: it adds &epsilon; to the root of the second moment
 * before that is corrected for its bias.
 */
public final class FusedAdam extends FusedOptimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final boolean decoupled;
    private final boolean amsgrad;

    private FusedAdam(Builder builder) {
        super(
                builder,
                builder.amsgrad
                        ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
                        : List.of("exp_avg", "exp_avg_sq"));
        beta1 = builder.beta1;
        beta2 = builder.beta2;
        epsilon = builder.epsilon;
        decoupled = builder.decoupled;
        amsgrad = builder.amsgrad;
    }

    /**
     * Adam, or AdamW with {@link Builder#optDecoupledWeightDecay}.
     *
     * @return a builder with Python's defaults: rate 0.001, &beta;<sub>1</sub> 0.9,
     *     &beta;<sub>2</sub> 0.999, &epsilon; 1e-8, no weight decay
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
        long[] maxima = amsgrad ? group.buffers(2) : NO_TENSORS;
        long found = foundInfinite == null ? 0 : Handles.of(foundInfinite);
        if (decoupled) {
            AtenTraining.fusedAdamwInPlace(
                    gradients.weights(),
                    gradients.gradients(),
                    group.buffers(0),
                    group.buffers(1),
                    maxima,
                    group.steps(),
                    rate,
                    beta1,
                    beta2,
                    getWeightDecay(),
                    epsilon,
                    amsgrad,
                    false,
                    0,
                    found);
        } else {
            AtenTraining.fusedAdamInPlace(
                    gradients.weights(),
                    gradients.gradients(),
                    group.buffers(0),
                    group.buffers(1),
                    maxima,
                    group.steps(),
                    rate,
                    beta1,
                    beta2,
                    getWeightDecay(),
                    epsilon,
                    amsgrad,
                    false,
                    0,
                    found);
        }
    }

    /** Builds a {@link FusedAdam}. */
    public static final class Builder extends FusedBuilder<Builder> {
        private boolean decoupled;
        private double beta1 = 0.9;
        private double beta2 = 0.999;
        private double epsilon = 1e-8;
        private boolean amsgrad;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** {@inheritDoc} It takes the place of a decoupled one. */
        @Override
        public Builder optWeightDecays(float decay) {
            decoupled = false;
            return super.optWeightDecays(decay);
        }

        /**
         * Sets AdamW's weight decay instead, which is apart from the gradient.
         *
         * @param decay at least 0; Python's default is 0.01
         * @return this
         */
        public Builder optDecoupledWeightDecay(float decay) {
            super.optWeightDecays(decay);
            decoupled = true;
            return this;
        }

        /**
         * Sets the decay of the first moment.
         *
         * @param decay from 0 to below 1
         * @return this
         */
        public Builder optBeta1(double decay) {
            beta1 = decay;
            return this;
        }

        /**
         * Sets the decay of the second moment.
         *
         * @param decay from 0 to below 1
         * @return this
         */
        public Builder optBeta2(double decay) {
            beta2 = decay;
            return this;
        }

        /**
         * Sets what is added to the root of the second moment.
         *
         * @param value above 0
         * @return this
         */
        public Builder optEpsilon(double value) {
            epsilon = value;
            return this;
        }

        /**
         * Sets whether the largest second moment so far is used instead of the current one.
         *
         * @param enabled false by default
         * @return this
         */
        public Builder optAmsgrad(boolean enabled) {
            amsgrad = enabled;
            return this;
        }

        /**
         * Builds the optimizer.
         *
         * @return the optimizer, to be closed
         */
        public FusedAdam build() {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
                throw new IllegalArgumentException(
                        "expected betas from 0 to below 1, found %s and %s"
                                .formatted(beta1, beta2));
            }
            if (!(epsilon >= 0 && weightDecay() >= 0)) {
                throw new IllegalArgumentException(
                        "expected an epsilon and a weight decay of at least 0, found %s and %s"
                                .formatted(epsilon, weightDecay()));
            }
            return new FusedAdam(this);
        }
    }
}
