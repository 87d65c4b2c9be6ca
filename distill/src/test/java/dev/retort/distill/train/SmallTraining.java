package dev.retort.distill.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.distill.Networks;
import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** A training of 7 steps an epoch on 50 samples, whose parts a test replaces. */
final class SmallTraining implements AutoCloseable {
    static final int SAMPLES = 50;
    static final int BATCH = 8;
    static final int STEPS = 7;
    static final Shape SAMPLE = new Shape(6);
    static final TrainingPlan PLAN = TrainingPlan.of(3, BATCH, 1e-2f).withReadEvery(3);

    final NDManager manager = NDManager.newBaseManager();
    final NDArray features;
    final NDList classes;
    final Model model;

    TrainingPlan plan = PLAN;
    Loss loss = Loss.softmaxCrossEntropyLoss();
    BatchSource source;
    @Nullable BatchSource validation;
    TrainingObserver observer = TrainingObserver.NONE;
    UnaryOperator<TrainingLoop> settings = loop -> loop;

    SmallTraining(long seed) {
        this(seed, Networks.mlp(new int[] {8}, 3));
    }

    SmallTraining(long seed, Block block) {
        manager.getEngine().setRandomSeed(5);
        features = manager.randomNormal(new Shape(SAMPLES).addAll(SAMPLE));
        classes =
                new NDList(
                        manager.create(LongStream.range(0, SAMPLES).map(i -> i * 7 % 3).toArray()));
        source = TensorSource.shuffled(features, classes, BATCH, 1);
        model = Model.newInstance("student");
        manager.getEngine().setRandomSeed(Math.toIntExact(seed));
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(SAMPLE));
        model.setBlock(block);
    }

    /** A checkpoint after each step, or after each of so many. */
    static Checkpointing every(Path folder, int steps) {
        return new Checkpointing(
                new CheckpointFolder(folder, 3), Map.of("data", "small"), steps, Duration.ZERO);
    }

    TrainingResult fit() {
        try (RunMeter meter = RunMeter.open("small");
                Adam adam =
                        new Adam(
                                plan.learningRate().over(source.batches() * plan.epochs()),
                                plan.weightDecay(),
                                manager)) {
            TrainingLoop loop = new TrainingLoop(model, loss, adam, plan, meter, observer);
            return settings.apply(loop.seed(9)).fit(source, validation);
        }
    }

    /** Trains to the end; returns a hash of the last parameters. */
    String hash() {
        fit().close();
        return ResumableTraining.hash(model.getBlock());
    }

    /**
     * The same settings once more, with the request to stop after so many steps of this process.
     */
    void stopAfter(int steps) {
        StopRequest stop = new StopRequest();
        BatchSource inner = source;
        source =
                BatchSource.mapped(
                        inner,
                        new BatchSource.Mapping() {
                            private int made;

                            @Override
                            public Minibatch apply(Minibatch batch, int epoch, NDManager owner) {
                                if (++made == steps) {
                                    stop.request();
                                }
                                return batch;
                            }
                        });
        UnaryOperator<TrainingLoop> before = settings;
        settings = loop -> before.apply(loop).stopOn(stop);
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }
}
