package dev.retort.bench.training;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.retort.bench.Workload;

/** The step of a plain DJL program, with DJL's loss and DJL's Adam; the same on any engine. */
public final class PlainStep implements WorkloadStep {
    private final NDManager manager;
    private final Model model;
    private final Trainer trainer;
    private final RandomBatch batch;

    /**
     * Makes the network and a random batch on the engine's default device.
     *
     * @param workload what is trained
     * @param engine DJL's name of the engine, which has to be DJL's default one
     */
    public PlainStep(Workload workload, String engine) {
        manager = Engine.getEngine(engine).newBaseManager();
        batch = RandomBatch.of(workload, manager);
        model = Model.newInstance("step", manager.getDevice(), engine);
        model.setBlock(workload.network());
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optOptimizer(
                                        Optimizer.adam()
                                                .optLearningRateTracker(Tracker.fixed(1e-3f))
                                                .build()));
        trainer.initialize(workload.input());
    }

    /** A step as DJL's documentation writes it. */
    @Override
    public void run() {
        try (NDManager step = manager.newSubManager()) {
            // Views: what is computed of them belongs to the step.
            NDArray features = batch.features().stopGradient();
            features.attach(step);
            NDList target = new NDList(batch.labels().stopGradient());
            target.attach(step);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray loss =
                        trainer.getLoss().evaluate(target, trainer.forward(new NDList(features)));
                collector.backward(loss);
            }
            trainer.step();
        }
    }

    @Override
    public Block network() {
        return model.getBlock();
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
        manager.close();
    }
}
