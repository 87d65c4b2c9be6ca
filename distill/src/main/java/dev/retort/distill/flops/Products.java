package dev.retort.distill.flops;

/** The operations of matrix products, summed. */
final class Products {
    private double forward;
    private double backward;

    /**
     * Adds a product of two operands.
     *
     * @param multiplications the multiplications of elements; each comes with an addition
     * @param gradients how many of the operands have a gradient, which is a product of as many
     */
    void add(double multiplications, int gradients) {
        forward += 2 * multiplications;
        backward += gradients * 2 * multiplications;
    }

    FlopCount.Counted sum() {
        return new FlopCount.Counted(forward, backward);
    }
}
