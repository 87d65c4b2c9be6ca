package dev.retort.distill.flops;

/** The floating-point operations of one training step, or what kept them from being counted. */
public sealed interface FlopCount {
    /**
     * A multiplication and an addition are two operations. As is usual for utilisation, only matrix
     * products and convolutions count; what works element by element does not.
     *
     * @param forward the operations of the forward pass
     * @param backward the operations of the backward pass: once the forward pass for the gradient
     *     of a weight that is trained, and once for that of an input behind which something is
     *     trained; twice in all but the first layer
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
