package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import dev.retort.distill.loss.Constants;

/**
 * How softmax(Q K<sup>T</sup> / &radic;E) V is computed (Vaswani et al. 2017): composed of DJL's
 * operations, or by an engine's own operator where it has one, which need not hold the matrix of
 * weights.
 */
@FunctionalInterface
public interface AttentionKernel {
    /** Composed of DJL's operations; holds the weights of all pairs of positions. */
    AttentionKernel COMPOSED = AttentionKernel::composed;

    /**
     * Attends.
     *
     * @param query shape (batch, heads, L, E)
     * @param key shape (batch, heads, S, E)
     * @param value shape (batch, heads, S, E)
     * @param causal whether a position sees itself and earlier ones alone; then L is S
     * @return shape (batch, heads, L, E)
     */
    NDArray attend(NDArray query, NDArray key, NDArray value, boolean causal);

    private static NDArray composed(NDArray query, NDArray key, NDArray value, boolean causal) {
        long length = query.size(2);
        NDArray scale =
                Constants.vector(query, query.getDataType(), 1 / Math.sqrt((double) query.size(3)));
        NDArray scores = query.mul(scale).matMul(key.transpose(0, 1, 3, 2));
        if (causal) {
            scores = scores.add(hidden(scores, length));
        }
        return scores.softmax(-1).matMul(value);
    }

    /** 0 where a position is seen, and so far below every score that it does not count, else. */
    private static NDArray hidden(NDArray like, long length) {
        NDArray positions = like.getManager().arange((int) length);
        return positions
                .reshape(1, length)
                .gt(positions.reshape(length, 1))
                .toType(like.getDataType(), false)
                .mul(like.getDataType() == DataType.FLOAT16 ? -6e4 : -1e30);
    }
}
