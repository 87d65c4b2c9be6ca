package dev.retort.distill.flops;

/** The floating-point operations of one training step, or what kept them from being counted. */
public sealed interface FlopCount {
    /**
     * What a model needs, not what an engine does: a multiplication and an addition are two
     * operations, and as is usual for utilisation only matrix products and convolutions count,
     * those of linear, convolutional and recurrent layers and of attention, padding and masked
     * positions included. Not counted are biases, activations, gates, softmax, normalisation,
     * pooling, dropout, residuals, the look-up of embeddings, masks, the loss and the optimiser,
     * nor what is repeated to save memory.
     *
     * @param forward the operations of the forward pass
     * @param backward the operations of the backward pass: each product once more for each of its
     *     two operands that has a gradient, a weight that is trained or a value that depends on
     *     one. That is twice the forward pass in all but the first layer, and twice for products of
     *     two values, as in attention. Every output is taken to matter to the loss
     */
    record Counted(double forward, double backward) implements FlopCount {
        /**
         * The operations of the step.
         *
         * @return both passes
         */
        public double total() {
            return forward + backward;
        }
    }

    /**
     * Not counted: a part would be a guess.
     *
     * @param block the block whose operations are not known, with its type
     */
    record Unknown(String block) implements FlopCount {}
}
