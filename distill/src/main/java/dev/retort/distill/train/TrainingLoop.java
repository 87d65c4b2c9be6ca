package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

import dev.retort.distill.train.TrainingObserver.Progress;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Trains a DJL model on one device. In contrast to DJL's {@code EasyTrain}:
 *
 * <ul>
 *   <li>one {@link NDManager} lives per step, so memory stays flat whatever the loss allocates;
 *   <li>the loss stays on the device and is read every {@link TrainingPlan#readEvery} steps only;
 *   <li>gradients are clipped by their global norm;
 *   <li>the memory of a step stays with the process for the next one;
 *   <li>the loss of an epoch is a mean over samples, so a small last batch does not weigh more;
 *   <li>a mini-batch that does not fit into memory goes through the model in parts from then on;
 *   <li>it can be killed at any moment and goes on from its last {@linkplain #checkpoint
 *       checkpoint}: on the processor, with a {@linkplain #seed seed} and one thread, to the same
 *       parameters bit for bit, as long as the samples come in the same order again. A run that ran
 *       out of memory does so where it did not again.
 * </ul>
 *
 * <p>On a GPU the regions of the meter hold the time in which work is queued; the wait for the
 * device shows in {@link Region#OTHER}, when the loss is read, and in {@link Region#EVALUATION}.
 *
 * <p>Confined to the thread that opened its meter. A loop can be used once.
 */
public final class TrainingLoop {
    private final Model model;
    private final Block block;
    private final Loss loss;
    private final Optimizer optimizer;
    private final TrainingPlan plan;
    private final RunMeter meter;
    private final TrainingObserver observer;
    private final NDManager manager;
    private final Map<String, Checkpointed> parts = new LinkedHashMap<>();
    private final TrainingCursor cursor = new TrainingCursor();
    private OptionalLong seed = OptionalLong.empty();
    private StopRequest stop = new StopRequest();
    private @Nullable Checkpointing checkpointing;
    private @Nullable Path divergedFolder;
    private @Nullable LoopCheckpoints checkpoints;
    private @Nullable WeightAverage average;
    private BestEpoch best;
    private StepRunner runner;
    private long totalSteps;

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
        this.model = model;
        block = model.getBlock();
        manager = model.getNDManager();
        this.loss = requireNonNull(loss, "loss is null");
        this.optimizer = requireNonNull(optimizer, "optimizer is null");
        this.plan = requireNonNull(plan, "plan is null");
        this.meter = requireNonNull(meter, "meter is null");
        this.observer = requireNonNull(observer, "observer is null");
        best = new BestEpoch(manager);
        runner = newRunner();
    }

    private StepRunner newRunner() {
        return new StepRunner(model, loss, optimizer, meter, seed, plan.microBatches());
    }

    /**
     * Has the engine draw the random numbers of each step, such as those of dropout, by a seed of
     * that step, on any engine and device. Without it they are what the engine's generator gives,
     * and a resumed training draws others. The generator is left alone where all blocks are known
     * to draw nothing; a loss must not draw.
     *
     * @param newSeed the seed
     * @return this
     */
    public TrainingLoop seed(long newSeed) {
        seed = OptionalLong.of(newSeed);
        runner = newRunner();
        return this;
    }

    /**
     * Has the training save its state, and go on from the newest checkpoint of the folder where
     * there is one.
     *
     * @param settings when and where
     * @return this
     */
    public TrainingLoop checkpoint(Checkpointing settings) {
        checkpointing = requireNonNull(settings, "settings is null");
        return this;
    }

    /**
     * Has checkpoints hold something beside the parameters that changes with the training.
     *
     * @param name tells it apart
     * @param part what it is; borrowed
     * @return this
     */
    public TrainingLoop including(String name, Checkpointed part) {
        parts.put(name, part);
        return this;
    }

    /**
     * Has the training heed a request to stop.
     *
     * @param request the request
     * @return this
     */
    public TrainingLoop stopOn(StopRequest request) {
        stop = requireNonNull(request, "request is null");
        return this;
    }

    /**
     * Has the mini-batch written to a file whose loss is no number, should there be one.
     *
     * @param folder where to write it, made if it is missing
     * @return this
     */
    public TrainingLoop keepDivergedBatch(Path folder) {
        divergedFolder = requireNonNull(folder, "folder is null");
        return this;
    }

    /**
     * Trains. The device is synchronised by the reads of the loss, by checkpoints, at the end of
     * each epoch, and by validation.
     *
     * @param train the samples to train on
     * @param validation labelled samples that decide the best epoch and early stopping, or {@code
     *     null} for none
     * @return the result, to be closed by the caller
     * @throws TrainingDivergedException if the training or validation loss is infinite or not a
     *     number
     * @throws TrainingStoppedException if a request to stop was heeded
     * @throws UncheckedIOException if a checkpoint cannot be written, or is not of this training
     */
    public TrainingResult fit(BatchSource train, @Nullable BatchSource validation) {
        try (GradientMode _ = GradientMode.off(manager.getEngine())) {
            totalSteps = train.batches() * plan.epochs();
            NativeHeap.keepFreedMemory(manager);
            runner.zeroGradients();
            boolean finished = begin();
            while (!finished && !isOver()) {
                trainEpoch(train, validation);
            }
            if (!finished) {
                save(true);
            }
            return end();
        }
    }

    private boolean isOver() {
        return cursor.epoch > plan.epochs() || best.isOver(cursor.epochs.size(), plan.patience());
    }

    /** Goes on from a checkpoint where there is one; whether that is of a finished training. */
    private boolean begin() {
        ParameterSnapshot averaged = null;
        boolean finished = false;
        if (checkpointing != null) {
            checkpoints = new LoopCheckpoints(checkpointing, model, optimizer, plan, meter, parts);
            try {
                Optional<TrainingCursor.Saved> saved = checkpoints.restore();
                if (saved.isPresent()) {
                    cursor.restore(saved.get());
                    best = checkpoints.best(saved.get());
                    averaged = checkpoints.average();
                    runner.split(saved.get().microBatches());
                    finished = saved.get().finished();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (plan.averageDecay() > 0) {
            average = new WeightAverage(block, manager, plan.averageDecay(), averaged);
        }
        return finished;
    }

    private TrainingResult end() {
        if (average != null) {
            average.moveInto(block);
            average.close();
        }
        observer.trainingEnded(List.copyOf(cursor.epochs), best.epoch());
        return new TrainingResult(
                cursor.epochs,
                best.epoch(),
                best.parameters(),
                ParameterSnapshot.of(block, manager),
                cursor.lossReads,
                runner.outOfMemory());
    }

    private void trainEpoch(BatchSource train, @Nullable BatchSource validation) {
        double trainLoss;
        try (NDManager epochManager = manager.newSubManager();
                BatchSource.Pass pass = train.pass(epochManager, cursor.epoch);
                LossWindow window = new LossWindow(epochManager, plan.readEvery(), cursor.sums)) {
            if (cursor.batch > 0) {
                meter.begin(Region.CHECKPOINT_RESTORE);
                pass.skip(cursor.batch, epochManager);
                meter.end(Region.CHECKPOINT_RESTORE);
            }
            GradientClipper clipper = clipper(epochManager);
            while (trainStep(pass, window, clipper)) {
                if (window.steps() >= plan.readEvery()) {
                    report(train, window);
                }
                saveWithin(train, window);
            }
            if (window.steps() > 0) {
                report(train, window);
            }
            trainLoss = window.epochMean();
        }
        EpochRecord record =
                new EpochRecord(cursor.epoch, trainLoss, evaluate(validation), cursor.elapsed());
        cursor.epochDone(record);
        observer.epochEnded(record);
        if (checkpoints != null && checkpoints.afterEpochs() && !isOver()) {
            save(false);
        }
    }

    private @Nullable GradientClipper clipper(NDManager owner) {
        return plan.clipNorm() == Double.POSITIVE_INFINITY
                ? null
                : new GradientClipper(plan.clipNorm(), owner);
    }

    private boolean trainStep(
            BatchSource.Pass pass, LossWindow window, @Nullable GradientClipper clipper) {
        try (StepScope scope = new StepScope(manager)) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            Minibatch batch = pass.next(scope.manager());
            if (batch == null) {
                meter.end(Region.INPUT);
                meter.cancelStep();
                return false;
            }
            NDArray stepLoss = runner.run(batch, scope, clipper, cursor.steps + 1);
            window.add(stepLoss, batch.size());
            if (average != null) {
                average.update(cursor.steps + 1);
            }
            meter.end(Region.UPDATE);
            runner.count(batch);
            meter.endStep(batch.size());
            cursor.stepDone(batch.size());
            return true;
        }
    }

    /** Reads the losses of a window and tells the observer. */
    private void report(BatchSource train, LossWindow window) {
        read(train, window);
        observer.progressed(
                new Progress(
                        cursor.epoch,
                        plan.epochs(),
                        cursor.steps,
                        totalSteps,
                        cursor.samples,
                        window.next(),
                        cursor.elapsed()));
        cursor.lossReads++;
    }

    private void read(BatchSource train, LossWindow window) {
        Optional<LossWindow.Offence> offence = window.read();
        if (offence.isPresent()) {
            int ago = offence.get().stepsAgo();
            long step = cursor.steps - ago;
            throw new TrainingDivergedException(
                    offence.get().loss(),
                    step,
                    DivergedBatch.find(
                            train,
                            cursor.epoch,
                            cursor.batch - 1 - ago,
                            step,
                            offence.get().loss(),
                            divergedFolder,
                            manager));
        }
    }

    /** Saves in the middle of an epoch where it is time, and stops where that was asked for. */
    private void saveWithin(BatchSource train, LossWindow window) {
        boolean stopping = stop.isRequested();
        if (checkpoints != null && (stopping || checkpoints.isDue(cursor.steps))) {
            // What is saved has been seen to be finite.
            read(train, window);
            cursor.sums = window.sums();
            save(false);
        }
        if (stopping) {
            throw new TrainingStoppedException(cursor.steps);
        }
    }

    private void save(boolean finished) {
        if (checkpoints != null) {
            checkpoints.save(
                    cursor.saved(runner.microBatches(), best, finished),
                    new LoopCheckpoints.State(best, average == null ? null : average.weights()));
        }
    }

    /** Evaluates and keeps the epoch's parameters, or their average, if they are the best. */
    private Optional<Evaluation> evaluate(@Nullable BatchSource validation) {
        if (validation == null) {
            best.last(cursor.epoch);
            return Optional.empty();
        }
        meter.begin(Region.EVALUATION);
        try (WeightAverage.Lent _ = average == null ? null : average.lend(block)) {
            Evaluation evaluation = Evaluation.of(block, validation, manager);
            best.offer(cursor.epoch, evaluation, block);
            return Optional.of(evaluation);
        } finally {
            meter.end(Region.EVALUATION);
        }
    }
}
