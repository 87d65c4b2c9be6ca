package dev.retort.examples;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.distill.Networks;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.RunMeter;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Trains a network for 100 steps on the engine that is named, and prints the loss of each. */
final class EngineLosses {
    static final int STEPS = 100;
    private static final int BATCH = 16;
    private static final int CLASSES = 10;
    private static final TrainingPlan PLAN =
            TrainingPlan.of(1, BATCH, 3e-3f).withWeightDecay(0.01f).withReadEvery(1);

    private EngineLosses() {}

    /**
     * Prints a line a step.
     *
     * @param arguments the engine's name, and {@code mlp} or {@code convolutional}
     */
    public static void main(String[] arguments) {
        EngineChoice.valueOf(arguments[0]).select(1);
        boolean images = arguments[1].equals("convolutional");
        Shape sample = images ? new Shape(1, 28, 28) : new Shape(64);
        Block network =
                images
                        ? Networks.convolutional(4, 8, 16, CLASSES)
                        : Networks.mlp(new int[] {16}, CLASSES);
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("student");
                RunMeter meter = RunMeter.open("parity")) {
            manager.getEngine().setRandomSeed(7);
            network.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(sample));
            model.setBlock(network);
            int samples = STEPS * BATCH;
            NDArray features = uniform(manager, new Shape(samples).addAll(sample));
            // Something to learn: which of the first inputs is the largest.
            NDArray teacher = features.reshape(samples, -1).get(":, :" + CLASSES).mul(5);
            Loss loss = Objective.hinton(4, 0.5).over(1, null);
            NDList targets = new NDList(teacher.argMax(1), teacher);
            try (Adam adam =
                    new Adam(PLAN.learningRate().over(STEPS), PLAN.weightDecay(), manager)) {
                TrainingObserver printer =
                        new TrainingObserver() {
                            @Override
                            public void progressed(Progress progress) {
                                System.out.println("loss " + progress.loss());
                            }
                        };
                new TrainingLoop(model, loss, adam, PLAN, meter, printer)
                        .fit(TensorSource.shuffled(features, targets, BATCH, 3), null)
                        .close();
            }
        }
    }

    /** Drawn in Java, so that both engines have the same. */
    private static NDArray uniform(NDManager manager, Shape shape) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(shape.size());
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return manager.create(values, shape);
    }
}
