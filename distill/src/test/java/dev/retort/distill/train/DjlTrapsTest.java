package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.retort.efficiency.RunMeter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The traps in DJL's own training that this package works around: each test first shows the trap
 * and then that our way does not fall into it. A test whose first half fails says that DJL has
 * changed and the work-around may go.
 */
class DjlTrapsTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void clippingOfDjlBoundsPositiveElementsOnly() {
        NDArray weight = manager.zeros(new Shape(2));
        weight.setRequiresGradient(true);
        NDArray gradient = manager.create(new float[] {30, -40});
        Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(1))
                .optClipGrad(5)
                .build()
                .update("weight", weight, gradient);
        assertArrayEquals(new float[] {-5, 40}, weight.toFloatArray());

        new GradientClipper(5, manager).clip(new NDList(gradient), manager);
        assertArrayEquals(new float[] {3, -4}, gradient.toFloatArray(), 1e-5f);
    }

    @Test
    void readingGradientsFillsTheManagerOfTheParameters() {
        try (Model model = linear()) {
            NDArray weight = model.getBlock().getParameters().get(0).getValue().getArray();
            int before = model.getNDManager().getManagedArrays().size();
            for (int i = 0; i < 10; i++) {
                assertEquals(weight.getShape(), weight.getGradient().getShape());
            }
            assertEquals(before + 10, model.getNDManager().getManagedArrays().size());
        }

        try (Model model = linear()) {
            int before = model.getNDManager().getManagedArrays().size();
            train(model, 40).close();
            assertEquals(before, model.getNDManager().getManagedArrays().size());
        }
    }

    @Test
    void gradientsOfAnInterruptedTrainingStay() {
        try (Model fresh = linear();
                Model stale = linear()) {
            NDArray weight = stale.getBlock().getParameters().get(0).getValue().getArray();
            backward(stale, Float.NaN);
            assertTrue(Float.isNaN(weight.getGradient().toFloatArray()[0]));
            // DJL zeroes a gradient by subtracting it from itself.
            weight.getGradient().subi(weight.getGradient());
            assertTrue(Float.isNaN(weight.getGradient().toFloatArray()[0]));

            copyParameters(fresh, stale);
            train(fresh, 3).close();
            train(stale, 3).close();
            assertArrayEquals(
                    fresh.getBlock().getParameters().get(0).getValue().getArray().toFloatArray(),
                    weight.toFloatArray());
        }
    }

    @Test
    void listenersOfDjlReadTheLossEveryBatch() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        Loss counting =
                new Loss("counting") {
                    @Override
                    public NDArray evaluate(NDList labels, NDList predictions) {
                        return new SquaredError().evaluate(labels, predictions);
                    }

                    @Override
                    public void updateAccumulators(
                            String[] keys, NDList labels, NDList predictions) {
                        reads.incrementAndGet();
                        super.updateAccumulators(keys, labels, predictions);
                    }
                };
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(counting)
                        .addTrainingListeners(TrainingListener.Defaults.basic());
        try (Model model = linear();
                Trainer trainer = model.newTrainer(config)) {
            EasyTrain.fit(trainer, 1, dataset(64, 1), null);
        }
        assertEquals(64, reads.get());

        try (Model model = linear();
                TrainingResult result = train(model, 64)) {
            // Every 20 steps, and once for the last four.
            assertEquals(4, result.lossReads());
        }
    }

    @Test
    void meanLossOfDjlGivesASmallLastBatchTheWeightOfAFullOne() throws Exception {
        // Losses of the three samples: 1, 1 and 25; DJL averages over batches {1, 2}, {3}.
        float[] targets = {1, 1, 5};
        try (Model model = zeroLinear()) {
            Loss loss = new SquaredError();
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(loss)
                            .optOptimizer(still())
                            .addTrainingListeners(TrainingListener.Defaults.basic());
            try (Trainer trainer = model.newTrainer(config)) {
                for (var batch : trainer.iterateDataset(dataset(targets, 2))) {
                    EasyTrain.trainBatch(trainer, batch);
                    batch.close();
                }
                assertEquals(13f, accumulated(loss), 1e-6f);
            }
        }

        try (Model model = zeroLinear();
                Adam adam = new Adam(Tracker.fixed(1e-30f), 0, model.getNDManager());
                RunMeter meter = RunMeter.open("test");
                TrainingResult result =
                        new TrainingLoop(
                                        model,
                                        new SquaredError(),
                                        adam,
                                        TrainingPlan.of(1, 2, 1),
                                        meter,
                                        TrainingObserver.NONE)
                                .fit(source(targets, 2), null)) {
            assertEquals(9, result.epochs().getFirst().trainLoss(), 1e-6);
        }
    }

    @Test
    void copyToOfDjlGivesTheTargetOtherMemory() {
        NDArray target = manager.zeros(new Shape(2, 2));
        NDArray view = target.flatten();
        manager.ones(new Shape(2, 2)).copyTo(target);
        assertArrayEquals(new float[] {1, 1, 1, 1}, target.toFloatArray());
        assertArrayEquals(new float[] {0, 0, 0, 0}, view.toFloatArray());

        NDArray second = manager.zeros(new Shape(2, 2));
        NDArray secondView = second.flatten();
        InPlace.copy(manager.ones(new Shape(2, 2)), second);
        assertArrayEquals(new float[] {1, 1, 1, 1}, secondView.toFloatArray());
    }

    @Test
    void momentsOfDjlsAdamOutliveTheTrainer() throws ReflectiveOperationException {
        ai.djl.training.optimizer.Adam djls = Optimizer.adam().build();
        try (Model model = linear()) {
            Trainer trainer =
                    model.newTrainer(
                            new DefaultTrainingConfig(new SquaredError()).optOptimizer(djls));
            backward(model, 1);
            trainer.close();
            NDArray weight = model.getBlock().getParameters().get(0).getValue().getArray();
            djls.update("weight", weight, weight.getGradient());
        }
        Field means = ai.djl.training.optimizer.Adam.class.getDeclaredField("means");
        means.setAccessible(true);
        Map<?, ?> byWeight = (Map<?, ?>) requireNonNull(means.get(djls));
        Map<?, ?> byDevice = (Map<?, ?>) requireNonNull(byWeight.get("weight"));
        NDArray mean = (NDArray) byDevice.values().iterator().next();
        assertFalse(mean.isReleased());
        mean.close();

        NDArray weight = manager.ones(new Shape(3));
        weight.setRequiresGradient(true);
        int before = manager.getManagedArrays().size();
        Adam adam = new Adam(Tracker.fixed(0.1f), 0, manager);
        try (NDArray gradient = manager.ones(new Shape(3))) {
            adam.update("weight", weight, gradient);
        }
        assertEquals(before + 2, manager.getManagedArrays().size());
        adam.close();
        assertEquals(before, manager.getManagedArrays().size());
    }

    private static float accumulated(Evaluator loss) {
        return loss.getAccumulator(EvaluatorTrainingListener.TRAIN_EPOCH);
    }

    private static Optimizer still() {
        return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0)).build();
    }

    private Model linear() {
        Model model = Model.newInstance("linear");
        model.getNDManager().getEngine().setRandomSeed(1);
        Block block = Linear.builder().setUnits(1).build();
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 1));
        model.setBlock(block);
        return model;
    }

    private Model zeroLinear() {
        Model model = linear();
        for (var parameter : model.getBlock().getParameters().values()) {
            NDArray array = parameter.getArray();
            try (NDArray zeros = array.zerosLike()) {
                InPlace.copy(zeros, array);
            }
        }
        return model;
    }

    private static void copyParameters(Model from, Model to) {
        try (ParameterSnapshot snapshot =
                ParameterSnapshot.of(from.getBlock(), from.getNDManager())) {
            snapshot.restore(to.getBlock());
        }
    }

    private void backward(Model model, float input) {
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray x = step.create(new float[] {input}, new Shape(1, 1));
            NDArray y =
                    model.getBlock()
                            .forward(new ParameterStore(step, false), new NDList(x), true)
                            .head();
            collector.backward(y.sum());
        }
    }

    private TrainingResult train(Model model, int samples) {
        float[] targets = new float[samples];
        Arrays.fill(targets, 2);
        try (Adam adam = new Adam(Tracker.fixed(0.1f), 0, model.getNDManager());
                RunMeter meter = RunMeter.open("test")) {
            TrainingLoop loop =
                    new TrainingLoop(
                            model,
                            new SquaredError(),
                            adam,
                            TrainingPlan.of(1, 1, 0.1f),
                            meter,
                            TrainingObserver.NONE);
            return loop.fit(source(targets, 1), null);
        }
    }

    private BatchSource source(float[] targets, int batchSize) {
        NDArray x = manager.ones(new Shape(targets.length, 1));
        NDArray y = manager.create(targets, new Shape(targets.length, 1));
        return TensorSource.ordered(x, new NDList(y), batchSize);
    }

    private ArrayDataset dataset(int samples, int batchSize) {
        float[] targets = new float[samples];
        Arrays.fill(targets, 2);
        return dataset(targets, batchSize);
    }

    private ArrayDataset dataset(float[] targets, int batchSize) {
        return new ArrayDataset.Builder()
                .setData(manager.ones(new Shape(targets.length, 1)))
                .optLabels(manager.create(targets, new Shape(targets.length, 1)))
                .setSampling(batchSize, false)
                .build();
    }
}
