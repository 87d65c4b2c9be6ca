package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/** Mean squared error; DJL's L2 loss has a {@code Number} operand, a trap of its own. */
final class SquaredError extends Loss {
    SquaredError() {
        super("SquaredError");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return labels.singletonOrThrow().sub(predictions.singletonOrThrow()).square().mean();
    }
}
