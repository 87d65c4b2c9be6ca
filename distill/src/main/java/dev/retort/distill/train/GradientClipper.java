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
 *
 * <p>On a GPU it never synchronises the device, so gradients of a smaller norm are multiplied by 1.
 * On the processor the norm is there to be read, and they are left alone, which saves a quarter of
 * the steps of a small network. Either way every bit is the same.
 */
public final class GradientClipper {
    private final NDArray maximum;
    private final float limit;
    private final boolean readsNorm;

    /**
     * Creates a clipper.
     *
     * @param maximum the largest norm, above 0 and finite as a float
     * @param manager owns what the clipper keeps on the device of the gradients, a scalar; the
     *     clipper can be used as long as it is open
     */
    public GradientClipper(double maximum, NDManager manager) {
        this(maximum, manager, !manager.getDevice().isGpu());
    }

    GradientClipper(double maximum, NDManager manager, boolean readsNorm) {
        limit = (float) maximum;
        if (!(limit > 0) || limit == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "expected a largest norm above 0 and finite as a float, found " + maximum);
        }
        this.maximum = manager.create(limit);
        this.readsNorm = readsNorm;
    }

    /**
     * Scales the gradients in place so that their global L2 norm is at most the maximum; gradients
     * of a smaller norm stay as they are, to the last bit.
     *
     * @param gradients the gradients of all parameters, on one device
     * @param manager owns the intermediate arrays and the result
     * @return the norm before clipping, a scalar on the device
     */
    public NDArray clip(NDList gradients, NDManager manager) {
        NDList norms = new NDList(gradients.size());
        for (NDArray gradient : gradients) {
            norms.add(gradient.norm());
        }
        norms.attach(manager);
        NDArray norm = NDArrays.stack(norms).norm();
        norm.attach(manager);
        if (readsNorm && norm.getFloat() <= limit) {
            return norm;
        }
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
