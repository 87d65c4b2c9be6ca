package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

import java.util.Arrays;

/**
 * Draws from many distributions at once, each with parameters of its own. The result has the shape
 * of the parameters followed by the shape drawn from each.
 */
final class Sampling {
    private static final int NO_GENERATOR = 0;

    private Sampling() {}

    static long normal(TorchNDArray mean, TorchNDArray deviation, Shape shape) {
        long means = expanded(mean, shape);
        long deviations = expanded(deviation, shape);
        try {
            return AtenTensor.normalTensors(means, deviations, NO_GENERATOR);
        } finally {
            Tensors.delete(means);
            Tensors.delete(deviations);
        }
    }

    static long poisson(TorchNDArray rate, Shape shape) {
        long rates = expanded(rate, shape);
        try {
            return AtenTensor.poisson(rates, NO_GENERATOR);
        } finally {
            Tensors.delete(rates);
        }
    }

    /** The shape parameter first, then the scale by which the draws are multiplied. */
    static long gamma(TorchNDArray alpha, TorchNDArray beta, Shape shape) {
        long alphas = expanded(alpha, shape);
        long betas = expanded(beta, shape);
        long standard = 0;
        try {
            standard = AtenTensor.standardGamma(alphas, NO_GENERATOR);
            return AtenTensor.mul(standard, betas);
        } finally {
            Tensors.delete(alphas);
            Tensors.delete(betas);
            if (standard != 0) {
                Tensors.delete(standard);
            }
        }
    }

    /**
     * How often each outcome came in a number of experiments, for each element of a shape.
     *
     * @param probabilities of the outcomes, (outcomes)
     * @return 64-bit integers of the shape followed by (outcomes)
     */
    static NDArray counts(int experiments, TorchNDArray probabilities, Shape shape) {
        if (probabilities.getShape().dimension() != 1) {
            throw new IllegalArgumentException(
                    "expected the probabilities of one distribution, found the shape "
                            + probabilities.getShape());
        }
        long outcomes = probabilities.size();
        long rows = shape.size();
        TorchManager manager = probabilities.getManager();
        try (TorchManager scope = manager.newSubManager();
                TorchNDArray drawn =
                        scope.wrap(
                                AtenTensor.multinomial(
                                        probabilities.handle(),
                                        rows * experiments,
                                        true,
                                        NO_GENERATOR))) {
            // Each row counts in a range of its own.
            NDArray starts =
                    scope.arange(0, (int) rows, 1, DataType.INT64)
                            .mul(outcomes)
                            .reshape(rows, 1)
                            .toType(DataType.INT64, false);
            TorchNDArray places = drawn.reshape(rows, experiments).add(starts).reshape(-1);
            NDArray counts =
                    scope.wrap(AtenTensor.bincount(places.handle(), 0, rows * outcomes))
                            .reshape(shape.addAll(new Shape(outcomes)));
            counts.attach(manager);
            return counts;
        }
    }

    /** The parameters with one axis for each of the shape's; owned by the caller. */
    private static long expanded(TorchNDArray parameters, Shape shape) {
        long[] own = parameters.getShape().getShape();
        long[] wide = Arrays.copyOf(own, own.length + shape.dimension());
        Arrays.fill(wide, own.length, wide.length, 1);
        long reshaped = AtenTensor.reshape(parameters.handle(), wide);
        try {
            return AtenTensor.expand(
                    reshaped, parameters.getShape().addAll(shape).getShape(), false);
        } finally {
            Tensors.delete(reshaped);
        }
    }
}
