package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Constants in a formula that is differentiated.
 *
 * <p>DJL's PyTorch engine turns a {@code Number} operand, as in {@code array.mul(2)}, into an array
 * over a Java buffer and lets go of that buffer as soon as the operation returns, although libtorch
 * keeps the operand for the backward pass. A garbage collection between forward and backward then
 * frees it, and the gradient is made from whatever lies there next. A constant made here lives as
 * long as the arrays it is used with.
 */
final class Constants {
    private Constants() {}

    /**
     * A constant for use with an array. It has one axis, so that by the rules of type promotion an
     * operation takes the wider type of both, or that of the constant if the other is a scalar.
     *
     * @param owner gives the device and the manager of the constant
     * @param type the type of the constant
     * @param value the value
     * @return an array of shape (1) that its manager closes
     */
    static NDArray vector(NDArray owner, DataType type, double value) {
        // The cast copies into memory of libtorch; half types cannot be made from Java numbers.
        return owner.getManager().create(new double[] {value}).toType(type, false);
    }
}
