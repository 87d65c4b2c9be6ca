package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Constants in a formula that is differentiated, for those who write a loss.
 *
 * <p>DJL's PyTorch engine turns a {@code Number} operand, as in {@code array.mul(2)}, into an array
 * over a Java buffer and lets go of that buffer as soon as the operation returns, although libtorch
 * keeps the operand for the backward pass. A garbage collection between forward and backward then
 * frees it, and the gradient is made from whatever lies there next. A constant made here lives as
 * long as the arrays it is used with.
 */
public final class Constants {
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
    public static NDArray vector(NDArray owner, DataType type, double value) {
        if (type == DataType.FLOAT32) {
            return owner.getManager().create(new float[] {(float) value});
        }
        // Half types cannot be made from Java numbers.
        return owner.getManager().create(new double[] {value}).toType(type, false);
    }

    /**
     * An array in a type whose range sums and squares of logits do not leave. The type changes by
     * promotion, since a cast by DJL's toType cuts the gradient.
     *
     * @param array an array of at least one axis
     * @return the array in {@code FLOAT32} if it has 16 bits, else itself
     */
    static NDArray wide(NDArray array) {
        return isHalf(array) ? array.mul(vector(array, DataType.FLOAT32, 1)) : array;
    }

    /**
     * The type of a loss of an array.
     *
     * @param array the array
     * @return its type, or {@code FLOAT32} if it has 16 bits
     */
    static DataType wideType(NDArray array) {
        return isHalf(array) ? DataType.FLOAT32 : array.getDataType();
    }

    private static boolean isHalf(NDArray array) {
        return array.getDataType() == DataType.FLOAT16 || array.getDataType() == DataType.BFLOAT16;
    }

    /**
     * An array as one of another's manager: results belong to the manager of the first operand, and
     * what a step makes must not end up with one that lives longer.
     *
     * @param array the array, without a gradient; it stays its owner's
     * @param owner gives the manager
     * @return the array, or a view of it
     */
    static NDArray local(NDArray array, NDArray owner) {
        return array.getManager() == owner.getManager() ? array : detached(array, owner);
    }

    /**
     * An array without its gradient, as an array of another one's manager.
     *
     * @param array the array, which stays its owner's
     * @param owner gives the manager
     * @return a view of the array
     */
    static NDArray detached(NDArray array, NDArray owner) {
        NDArray view = array.stopGradient();
        view.attach(owner.getManager());
        return view;
    }

    /**
     * A scalar times a number, in the type of another array, as the last step of a loss.
     *
     * @param like gives the type of the result
     * @param scalar an array of one element and no axis
     * @param factor the number
     * @return a scalar
     */
    static NDArray scaled(NDArray like, NDArray scalar, double factor) {
        return vector(like, like.getDataType(), factor).mul(scalar).squeeze();
    }
}
