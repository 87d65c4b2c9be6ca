package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Clipping by the global norm (Pascanu, Mikolov, Bengio: On the difficulty of training recurrent
 * neural networks, 2013): all gradients are scaled by one factor, so that their direction stays.
 *
 * <p>DJL's {@code optClipGrad} is no substitute: it bounds each element, and only from above.
 */
public final class GradientNorm {
    private static final float EPSILON = 1e-6f;

    private GradientNorm() {}

    /**
     * Scales the gradients in place so that their global L2 norm is at most {@code maximum}. Queues
     * work on the device and does not synchronise it.
     *
     * @param gradients the gradients of all parameters, on one device
     * @param maximum the largest norm, above 0; infinity leaves the gradients alone
     * @param manager owns the intermediate arrays and the result
     * @return the norm before clipping, a scalar on the device
     */
    public static NDArray clip(NDList gradients, double maximum, NDManager manager) {
        NDList squares = new NDList(gradients.size());
        for (NDArray gradient : gradients) {
            NDArray flat = gradient.flatten();
            flat.attach(manager);
            squares.add(flat.dot(flat));
        }
        squares.attach(manager);
        NDArray norm = NDArrays.stack(squares).sum().sqrt();
        norm.attach(manager);
        if (maximum != Double.POSITIVE_INFINITY) {
            NDArray scale = norm.add(EPSILON).getNDArrayInternal().rdiv((float) maximum).minimum(1);
            for (NDArray gradient : gradients) {
                gradient.muli(scale);
            }
        }
        return norm;
    }
}
