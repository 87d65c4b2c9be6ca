package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;

import dev.retort.distill.loss.Constants;

/** Lengths, cosines and errors whose gradients are finite everywhere. */
final class Vectors {
    // A length of 1e-12, below which a vector counts as 0; the root's slope there is infinite.
    private static final double SMALLEST_SQUARE = 1e-24;

    private Vectors() {}

    /** One row a sample. */
    static NDArray rows(NDArray features) {
        return features.getShape().dimension() == 2
                ? features
                : features.reshape(features.size(0), -1);
    }

    /** A constant in the type of an array. */
    static NDArray constant(NDArray like, double value) {
        return Constants.vector(like, like.getDataType(), value);
    }

    /** The roots of sums of squares, at least 1e-12, with a zero gradient below. */
    static NDArray roots(NDArray squares) {
        return squares.maximum(constant(squares, SMALLEST_SQUARE)).sqrt();
    }

    /** Vectors along an axis, each divided by its length; zeros stay zeros. */
    static NDArray unit(NDArray vectors, int axis) {
        return vectors.div(roots(vectors.mul(vectors).sum(new int[] {axis}, true)));
    }

    /** All products of rows: (n, d) and (m, d) to (n, m). */
    static NDArray products(NDArray rows, NDArray others) {
        return rows.matMul(others.transpose());
    }

    /** The mean of squared differences. */
    static NDArray squaredError(NDArray a, NDArray b) {
        NDArray difference = a.sub(b);
        return difference.mul(difference).mean();
    }

    /** The mean of Huber's error with a bound of 1: half a square, and linear beyond. */
    static NDArray huberError(NDArray a, NDArray b) {
        NDArray error = a.sub(b).abs();
        NDArray square = error.minimum(constant(error, 1));
        return square.mul(error.sub(square.mul(constant(error, 0.5)))).mean();
    }

    /** The sum of the elements (i, i). */
    static NDArray trace(NDArray square) {
        return square.mul(
                        square.getManager()
                                .eye(
                                        Math.toIntExact(square.size(0)),
                                        Math.toIntExact(square.size(0)),
                                        0,
                                        square.getDataType()))
                .sum();
    }
}
