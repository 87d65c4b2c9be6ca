package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

import dev.retort.distill.flops.StepFlops;
import dev.retort.distill.train.TrainingObserver.Progress;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains a DJL model on one device. In contrast to DJL's {@code EasyTrain}:
 *
 * <ul>
 *   <li>one {@link NDManager} lives per step, so memory stays flat whatever the loss allocates;
 *   <li>the loss stays on the device and is read every {@link TrainingPlan#readEvery} steps only;
 *   <li>gradients are clipped by their global norm;
 *   <li>the memory of a step stays with the process for the next one;
 *   <li>the loss of an epoch is a mean over samples, so a small last batch does not weigh more.
 * </ul>
 *
 * <p>On a GPU the regions of the meter hold the time in which work is queued; the wait for the
 * device shows in {@link Region#OTHER}, when the loss is read, and in {@link Region#EVALUATION}.
 *
 * <p>Confined to the thread that opened its meter. A loop can be used once.
 */
public final class TrainingLoop {
    private final Block block;
    private final Loss loss;
    private final Optimizer optimizer;
    private final TrainingPlan plan;
    private final RunMeter meter;
    private final StepFlops flops;
    private final TrainingObserver observer;
    private final NDManager manager;
    private final ParameterStore parameters;
    private final List<Parameter> trainable = new ArrayList<>();
    private final List<EpochRecord> epochs = new ArrayList<>();

    private long totalSteps;
    private long stepsDone;
    private long samplesDone;
    private long startNanos;
    private long lossReads;
    private int bestEpoch;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private @Nullable ParameterSnapshot best;

    /**
     * Creates a loop.
     *
     * @param model the model, its block initialised; the loop changes its parameters
     * @param loss is given the labels of a mini-batch and the block's output, and returns a scalar
     * @param optimizer updates the parameters; the caller closes it if it can be closed
     * @param plan what to do
     * @param meter is told where the time goes; opened on this thread, closed by the caller
     * @param observer is told how the training gets on
     */
    public TrainingLoop(
            Model model,
            Loss loss,
            Optimizer optimizer,
            TrainingPlan plan,
            RunMeter meter,
            TrainingObserver observer) {
        block = model.getBlock();
        manager = model.getNDManager();
        parameters = new ParameterStore(manager, false);
        this.loss = requireNonNull(loss, "loss is null");
        this.optimizer = requireNonNull(optimizer, "optimizer is null");
        this.plan = requireNonNull(plan, "plan is null");
        this.meter = requireNonNull(meter, "meter is null");
        flops = new StepFlops(meter);
        this.observer = requireNonNull(observer, "observer is null");
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
     * Trains. The device is synchronised by the reads of the loss, at the end of each epoch, and by
     * validation.
     *
     * @param train the samples to train on
     * @param validation labelled samples that decide the best epoch and early stopping, or {@code
     *     null} for none
     * @return the result, to be closed by the caller
     * @throws TrainingDivergedException if the training or validation loss is infinite or not a
     *     number
     */
    public TrainingResult fit(BatchSource train, @Nullable BatchSource validation) {
        try (GradientMode _ = GradientMode.off(manager.getEngine())) {
            return fitWithoutRecording(train, validation);
        }
    }

    private TrainingResult fitWithoutRecording(
            BatchSource train, @Nullable BatchSource validation) {
        totalSteps = train.batches() * plan.epochs();
        startNanos = System.nanoTime();
        NativeHeap.keepFreedMemory(manager);
        zeroGradients();
        for (int epoch = 1; epoch <= plan.epochs(); epoch++) {
            double trainLoss = trainEpoch(train, epoch);
            EpochRecord epochRecord =
                    new EpochRecord(epoch, trainLoss, evaluate(validation), elapsed());
            epochs.add(epochRecord);
            keepBest(epochRecord);
            observer.epochEnded(epochRecord);
            if (plan.patience() > 0 && epoch - bestEpoch >= plan.patience()) {
                break;
            }
        }
        observer.trainingEnded(List.copyOf(epochs), bestEpoch);
        return new TrainingResult(
                epochs,
                bestEpoch,
                Optional.ofNullable(best),
                ParameterSnapshot.of(block, manager),
                lossReads);
    }

    private double trainEpoch(BatchSource train, int epoch) {
        try (NDManager epochManager = manager.newSubManager();
                BatchSource.Pass pass = train.pass(epochManager, epoch)) {
            LossWindow window = new LossWindow(epochManager);
            GradientClipper clipper = clipper(epochManager);
            while (trainStep(pass, window, clipper)) {
                if (window.steps == plan.readEvery()) {
                    observer.progressed(progress(epoch, window.read()));
                }
            }
            if (window.steps > 0) {
                observer.progressed(progress(epoch, window.read()));
            }
            return window.epochMean();
        }
    }

    private @Nullable GradientClipper clipper(NDManager owner) {
        return plan.clipNorm() == Double.POSITIVE_INFINITY
                ? null
                : new GradientClipper(plan.clipNorm(), owner);
    }

    private boolean trainStep(
            BatchSource.Pass pass, LossWindow window, @Nullable GradientClipper clipper) {
        try (NDManager step = manager.newSubManager()) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            Minibatch batch = pass.next(step);
            if (batch == null) {
                meter.end(Region.INPUT);
                meter.cancelStep();
                return false;
            }
            meter.change(Region.INPUT, Region.FORWARD);
            NDArray stepLoss = forwardBackward(batch, step);
            meter.change(Region.BACKWARD, Region.UPDATE);
            update(step, clipper);
            window.add(stepLoss, batch.size());
            meter.end(Region.UPDATE);
            flops.step(block, batch.data(), batch.size());
            meter.endStep(batch.size());
            stepsDone++;
            samplesDone += batch.size();
            return true;
        }
    }

    private NDArray forwardBackward(Minibatch batch, NDManager step) {
        try (GradientCollector collector = step.getEngine().newGradientCollector()) {
            NDList output = block.forward(parameters, batch.data(), true);
            NDArray stepLoss = loss.evaluate(batch.labels(), output);
            meter.change(Region.FORWARD, Region.BACKWARD);
            collector.backward(stepLoss);
            return stepLoss;
        }
    }

    private void update(NDManager step, @Nullable GradientClipper clipper) {
        NDList gradients = gradients(step);
        if (clipper != null) {
            clipper.clip(gradients, step);
        }
        for (int i = 0; i < trainable.size(); i++) {
            Parameter parameter = trainable.get(i);
            optimizer.update(parameter.getId(), parameter.getArray(), gradients.get(i));
        }
    }

    /**
     * The gradients, attached to the given manager: DJL attaches every array that {@code
     * getGradient} returns to the parameter's own manager, where they pile up step by step.
     */
    private NDList gradients(NDManager owner) {
        NDList gradients = new NDList(trainable.size());
        for (Parameter parameter : trainable) {
            gradients.add(parameter.getArray().getGradient());
        }
        gradients.attach(owner);
        return gradients;
    }

    /** DJL leaves gradients of an earlier, interrupted training in place and adds to them. */
    private void zeroGradients() {
        try (NDManager scope = manager.newSubManager()) {
            for (NDArray gradient : gradients(scope)) {
                // Not gradient - gradient, as DJL does it: that keeps what is not a number.
                InPlace.copy(gradient.zerosLike(), gradient);
            }
        }
    }

    private Optional<Evaluation> evaluate(@Nullable BatchSource validation) {
        if (validation == null) {
            return Optional.empty();
        }
        meter.begin(Region.EVALUATION);
        try {
            return Optional.of(Evaluation.of(block, validation, manager));
        } finally {
            meter.end(Region.EVALUATION);
        }
    }

    private void keepBest(EpochRecord epoch) {
        if (epoch.validation().isEmpty()) {
            bestEpoch = epoch.epoch();
            return;
        }
        double validationLoss = epoch.validation().get().loss();
        if (!Double.isFinite(validationLoss)) {
            throw new TrainingDivergedException(validationLoss, epoch.epoch());
        }
        if (validationLoss < bestLoss) {
            bestLoss = validationLoss;
            bestEpoch = epoch.epoch();
            if (best != null) {
                best.close();
            }
            best = ParameterSnapshot.of(block, manager);
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private Progress progress(int epoch, double meanLoss) {
        return new Progress(
                epoch, plan.epochs(), stepsDone, totalSteps, samplesDone, meanLoss, elapsed());
    }

    /** Sums the loss on the device between two reads. */
    private final class LossWindow {
        private final NDArray sum;

        /** The size of the window's first batch, in which the sum counts the losses. */
        private int unit;

        private int steps;
        private long samples;
        private double epochSum;
        private long epochSamples;

        LossWindow(NDManager owner) {
            sum = owner.zeros(new Shape());
        }

        void add(NDArray stepLoss, int size) {
            if (steps == 0) {
                unit = size;
            }
            sum.addi(size == unit ? stepLoss : stepLoss.mul((float) size / unit));
            steps++;
            samples += size;
        }

        /** Reads the sum, which synchronises the device, and begins a new window. */
        double read() {
            double windowSum = (double) sum.getFloat() * unit;
            lossReads++;
            double mean = windowSum / samples;
            if (!Double.isFinite(mean)) {
                throw new TrainingDivergedException(mean, stepsDone - steps + 1, stepsDone);
            }
            // Exactly zero, since the sum is finite here.
            sum.subi(sum);
            epochSum += windowSum;
            epochSamples += samples;
            steps = 0;
            samples = 0;
            return mean;
        }

        double epochMean() {
            return epochSum / epochSamples;
        }
    }
}
