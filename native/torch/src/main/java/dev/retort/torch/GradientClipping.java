package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.ffi.AtenTraining;

import java.util.Collection;

/**
 * Clipping by the global norm (Pascanu, Mikolov, Bengio: On the difficulty of training recurrent
 * neural networks, 2013) on Retort's engine: all gradients are scaled by one factor, in one
 * operator, with the values of Python's {@code clip_grad_norm_}.
 */
public final class GradientClipping {
    private static final long[] ALL_AXES = {};
    private static final float EPSILON = 1e-6f;

    private GradientClipping() {}

    /**
     * Scales the gradients in place by maximum / (norm + 1e-6), or not at all where that is above
     * 1. Queues work on the device and does not wait for it.
     *
     * @param parameters the parameters, on one device; those without a gradient are left out
     * @param maximum the largest global L2 norm, a finite number above 0
     * @param manager owns the result
     * @return the norm before clipping, a scalar on the device
     * @throws IllegalStateException if none of the parameters has a gradient
     */
    public static NDArray byGlobalNorm(
            Collection<Parameter> parameters, float maximum, NDManager manager) {
        if (!(maximum > 0 && maximum < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("expected a finite norm above 0, found " + maximum);
        }
        try (Gradients gradients = Gradients.of(parameters);
                NoGrad _ = NoGrad.open()) {
            if (gradients.isEmpty()) {
                throw new IllegalStateException(
                        "expected gradients of a backward pass before clipping, found none");
            }
            NDArray norm = norm(gradients, manager);
            try (NDManager intermediate = manager.newSubManager(norm.getDevice())) {
                NDArray limit = intermediate.create(maximum);
                NDArray divisor = norm.add(intermediate.create(EPSILON));
                divisor.attach(intermediate);
                NDArray ratio = limit.div(divisor);
                ratio.attach(intermediate);
                NDArray factor = ratio.minimum(intermediate.create(1f));
                factor.attach(intermediate);
                AtenTraining.foreachMulInPlace(gradients.gradients(), Handles.of(factor));
            }
            return norm;
        }
    }

    private static NDArray norm(Gradients gradients, NDManager manager) {
        long[] norms = new long[gradients.size()];
        long stacked = 0;
        try {
            for (int i = 0; i < norms.length; i++) {
                norms[i] = AtenTensor.norm2(gradients.gradients()[i], ALL_AXES, false);
            }
            stacked = AtenTensor.stack(norms, 0);
            return ((TorchManager) manager).wrap(AtenTensor.norm2(stacked, ALL_AXES, false));
        } finally {
            for (long norm : norms) {
                deleteIfMade(norm);
            }
            deleteIfMade(stacked);
        }
    }

    private static void deleteIfMade(long handle) {
        if (handle != 0) {
            Tensors.delete(handle);
        }
    }
}
