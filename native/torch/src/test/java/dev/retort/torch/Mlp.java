package dev.retort.torch;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

import org.jspecify.annotations.Nullable;

/** A small network of DJL's blocks that learns to tell which of its inputs is the largest. */
final class Mlp implements AutoCloseable {
    static final int CLASSES = 4;
    private static final int BATCH = 32;

    private final Model model;
    private final Trainer trainer;

    Mlp(int seed) {
        model = Model.newInstance("mlp", null, TorchEngine.NAME);
        model.setBlock(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(32).build())
                        .add(Activation::relu)
                        .add(Linear.builder().setUnits(CLASSES).build()));
        model.getNDManager().getEngine().setRandomSeed(seed);
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optOptimizer(new PlainDescent()));
        trainer.initialize(new Shape(BATCH, CLASSES));
    }

    /** One step on fresh data; returns the loss. */
    float step() {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            NDArray inputs = manager.randomUniform(0, 1, new Shape(BATCH, CLASSES));
            NDArray labels = inputs.argMax(1);
            NDArray loss;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.zeroGradients();
                NDList outputs = trainer.forward(new NDList(inputs));
                loss = trainer.getLoss().evaluate(new NDList(labels), outputs);
                collector.backward(loss);
                outputs.attach(manager);
                loss.attach(manager);
            }
            trainer.step();
            return loss.getFloat();
        }
    }

    Model model() {
        return model;
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }

    private static final class PlainDescent extends Optimizer {
        PlainDescent() {
            super(new Builder());
        }

        @Override
        public void update(String parameterId, NDArray weight, @Nullable NDArray grad) {
            try (NDArray change = java.util.Objects.requireNonNull(grad).mul(0.5f)) {
                weight.subi(change);
            }
        }

        private static final class Builder extends OptimizerBuilder<Builder> {
            @Override
            protected Builder self() {
                return this;
            }
        }
    }
}
