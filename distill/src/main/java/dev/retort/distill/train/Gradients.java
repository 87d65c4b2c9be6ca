package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;

import java.util.ArrayList;
import java.util.List;

/** The gradients of the parameters that a block has trained. */
final class Gradients {
    private final List<Parameter> trainable = new ArrayList<>();

    Gradients(Block block) {
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.requiresGradient()) {
                trainable.add(parameter);
            }
        }
        if (trainable.isEmpty()) {
            throw new IllegalArgumentException("expected a parameter to train, all are frozen");
        }
    }

    /**
     * The gradients, attached to the given manager: DJL attaches every array that {@code
     * getGradient} returns to the parameter's own manager, where they pile up step by step.
     */
    NDList of(NDManager owner) {
        NDList gradients = new NDList(trainable.size());
        for (Parameter parameter : trainable) {
            gradients.add(parameter.getArray().getGradient());
        }
        gradients.attach(owner);
        return gradients;
    }

    /** Has the optimizer update each parameter by its gradient, which it zeroes. */
    void apply(NDList gradients, Optimizer optimizer) {
        for (int i = 0; i < trainable.size(); i++) {
            Parameter parameter = trainable.get(i);
            optimizer.update(parameter.getId(), parameter.getArray(), gradients.get(i));
        }
    }

    /** Forgets what a backward pass left that no update followed; DJL would add to it. */
    void zero(NDManager parent) {
        try (NDManager scope = parent.newSubManager()) {
            for (NDArray gradient : of(scope)) {
                // Not gradient - gradient, as DJL does it: that keeps what is not a number.
                InPlace.copy(gradient.zerosLike(), gradient);
            }
        }
    }
}
