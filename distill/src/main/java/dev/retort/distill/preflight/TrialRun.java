package dev.retort.distill.preflight;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.distill.data.LabelledData;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingDivergedException;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A few steps of a network on one batch, which it should learn by heart.
 *
 * @param parameters the number of its parameters, running statistics included
 * @param firstLoss the cross-entropy of the batch before, in nats
 * @param lastLoss the same afterwards
 * @param steps how many steps that were
 * @param perStep what a step of the planned batch size takes: the median of some, after others
 * @param perSample what the evaluation of a sample takes
 */
public record TrialRun(
        long parameters,
        double firstLoss,
        double lastLoss,
        int steps,
        Duration perStep,
        Duration perSample) {
    private static final int SAMPLES = 32;
    private static final int STEPS = 60;
    private static final long TIMED_NANOS = 1_000_000_000L;
    private static final int FEWEST_TIMED = 4;
    private static final int MOST_TIMED = 200;
    private static final double FITTED_SHARE = 0.2;

    /**
     * Whether the network learnt the batch.
     *
     * @return true if less than a fifth of the loss is left
     */
    public boolean fits() {
        return lastLoss < FITTED_SHARE * firstLoss;
    }

    static TrialRun of(
            Supplier<Block> network, LabelledData train, TrainingPlan plan, LongSupplier nanoTime) {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("preflight", manager.getDevice())) {
            manager.getEngine().setRandomSeed(1);
            Block block = network.get();
            block.initialize(
                    model.getNDManager(),
                    DataType.FLOAT32,
                    new Shape(1).addAll(train.sampleShape()));
            model.setBlock(block);
            BatchSource few = source(train, SAMPLES, SAMPLES, manager);
            Evaluation before = Evaluation.of(block, few, manager);
            TrainingPlan small = plan.withMicroBatches(1).withBatchSize(SAMPLES);
            long smallStep = fit(model, few, small, STEPS, manager, nanoTime);
            long start = nanoTime.getAsLong();
            Evaluation after = Evaluation.of(block, few, manager);
            long evaluated = nanoTime.getAsLong() - start;
            BatchSource planned = source(train, plan.batchSize(), plan.batchSize(), manager);
            long expected = Math.max(1, smallStep * plan.batchSize() / SAMPLES);
            int timed = Math.clamp(TIMED_NANOS / expected, FEWEST_TIMED, MOST_TIMED);
            long perStep = fit(model, planned, plan, timed, manager, nanoTime);
            return new TrialRun(
                    block.getParameters().values().stream()
                            .mapToLong(parameter -> parameter.getArray().size())
                            .sum(),
                    before.loss(),
                    after.loss(),
                    STEPS,
                    Duration.ofNanos(perStep),
                    Duration.ofNanos(evaluated / after.samples()));
        }
    }

    /** Trains on one mini-batch; returns the median time of the later half of the steps. */
    private static long fit(
            Model model,
            BatchSource batch,
            TrainingPlan plan,
            int steps,
            NDManager manager,
            LongSupplier nanoTime) {
        TrainingPlan trial =
                plan.withEpochs(1)
                        .withPatience(0)
                        .withLearningRate(LearningRate.constant(plan.learningRate().peak()))
                        .withAverageDecay(0)
                        .withReadEvery(1);
        // The loss is read in each step, which waits for the device.
        List<Long> ends = new ArrayList<>(List.of(nanoTime.getAsLong()));
        TrainingObserver clock =
                new TrainingObserver() {
                    @Override
                    public void progressed(Progress progress) {
                        ends.add(nanoTime.getAsLong());
                    }
                };
        try (RunMeter meter = RunMeter.open("preflight");
                Adam adam = new Adam(trial.learningRate().over(steps), 0, manager);
                TrainingResult _ =
                        new TrainingLoop(
                                        model,
                                        Loss.softmaxCrossEntropyLoss(),
                                        adam,
                                        trial,
                                        meter,
                                        clock)
                                .fit(BatchSource.repeated(batch, steps), null)) {
            meter.finish();
        } catch (TrainingDivergedException _) {
            // That its loss is no number is what the trial was to find out.
            ends.add(nanoTime.getAsLong());
        }
        int done = ends.size() - 1;
        int half = done / 2;
        return IntStream.range(half, done)
                .mapToLong(i -> ends.get(i + 1) - ends.get(i))
                .sorted()
                .skip((done - half) / 2)
                .findFirst()
                .orElseThrow();
    }

    /** The first labelled samples as one batch, again from the start where there are too few. */
    private static BatchSource source(
            LabelledData data, int size, int batchSize, NDManager manager) {
        int[] labelled =
                IntStream.range(0, data.size())
                        .filter(i -> data.label(i) != LabelledData.UNLABELLED)
                        .limit(size)
                        .toArray();
        LabelledData chosen = data.select(labelled);
        NDArray features = chosen.features(manager);
        return TensorSource.ordered(
                features, new NDList(chosen.labels(manager)), Math.max(batchSize, labelled.length));
    }
}
