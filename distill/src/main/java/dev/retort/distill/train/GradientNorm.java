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
    private GradientNorm() {}

    /**
     * Scales the gradients in place so that their global L2 norm is at most {@code maximum};
     * gradients of a smaller norm stay as they are, to the last bit. Queues work on the device and
     * does not synchronise it.
     *
     * @param gradients the gradients of all parameters, on one device
     * @param maximum the largest norm, a finite scalar above 0 on that device
     * @param manager owns the intermediate arrays and the result
     * @return the norm before clipping, a scalar on the device
     */
    public static NDArray clip(NDList gradients, NDArray maximum, NDManager manager) {
        NDList norms = new NDList(gradients.size());
        for (NDArray gradient : gradients) {
            norms.add(gradient.norm());
        }
        norms.attach(manager);
        NDArray norm = NDArrays.stack(norms).norm();
        norm.attach(manager);
        NDArray divisor = norm.maximum(maximum);
        divisor.attach(manager);
        NDArray scale = maximum.div(divisor);
        scale.attach(manager);
        for (NDArray gradient : gradients) {
            gradient.muli(scale);
        }
        return norm;
    }
}
