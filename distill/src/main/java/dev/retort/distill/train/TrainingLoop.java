package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

import dev.retort.distill.checkpoint.SafetensorsLibrary;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

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
 *   <li>where the forward or backward pass of a mini-batch runs out of memory, mini-batches go
 *       through the model in parts from then on; what does not fit elsewhere, in the input, the
 *       optimizer or the validation, ends the training;
 *   <li>it can be killed at any moment and goes on from its last {@linkplain #checkpoint
 *       checkpoint}: on the CPU, with a {@linkplain #seed seed} and one thread, to the same
 *       parameters bit for bit, as long as the source gives the same samples again and memory
 *       suffices in both. Parts of a batch round and draw in another order than the whole.
 * </ul>
 *
 * <p>On a GPU the regions of the meter hold the time in which work is queued; the wait for the
 * device shows in {@link Region#OTHER}, when the loss is read, and in {@link Region#EVALUATION}.
 *
 * <p>Confined to the thread that opened its meter. A loop can be used once, and with a seed one at
 * a time in a process, whose generators it seeds.
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
    private StepSeeds seeds;
    private StepSeeds inputSeeds;
    private StopRequest stop = new StopRequest();
    private @Nullable Checkpointing checkpointing;
    private @Nullable Path divergedFolder;
    private @Nullable LoopCheckpoints checkpoints;
    private @Nullable WeightAverage average;
    private BestEpoch best;
    private StepRunner runner;
    private long totalSteps;
    private boolean used;

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
        seeds = new StepSeeds(OptionalLong.empty(), manager.getEngine());
        inputSeeds = seeds;
        runner = newRunner();
    }

    private StepRunner newRunner() {
        return new StepRunner(model, loss, optimizer, meter, seeds, plan.microBatches());
    }

    /**
     * Has the engine draw the random numbers of each step, such as those of dropout, by a seed of
     * that step, on any engine and device, and its input by another one; also DJL's own, which some
     * data sets draw from. Without it they are what the generators give, and a resumed training
     * draws others.
     *
     * <p>The generators are left alone where all blocks are known to draw nothing, and by a source
     * that is {@linkplain BatchSource#isRepeatable repeatable}; a loss must not draw. They are
     * those of the process: whatever else draws from them meanwhile, on another thread for
     * instance, changes the training, and is changed by it.
     *
     * @param newSeed the seed
     * @return this
     */
    public TrainingLoop seed(long newSeed) {
        seeds = new StepSeeds(OptionalLong.of(newSeed), manager.getEngine());
        runner = newRunner();
        return this;
    }

    /**
     * Has the training save its state, and go on from the newest checkpoint of the folder where
     * there is one.
     *
     * @param settings when and where
     * @return this
     * @throws IllegalArgumentException if the optimizer is not a {@link ResumableOptimizer}
     */
    public TrainingLoop checkpoint(Checkpointing settings) {
        if (!(optimizer instanceof ResumableOptimizer)) {
            throw new IllegalArgumentException(
                    "expected an optimizer whose state can be saved, a ResumableOptimizer, found "
                            + optimizer.getClass().getSimpleName());
        }
        checkpointing = requireNonNull(settings, "settings is null");
        return this;
    }

    /**
     * Has checkpoints hold something beside the parameters that changes with the training.
     *
     * @param name tells it apart; without a dot
     * @param part what it is; borrowed
     * @return this
     * @throws IllegalArgumentException if the name is empty, has a dot or was given before
     */
    public TrainingLoop including(String name, Checkpointed part) {
        if (name.isEmpty() || name.contains(".") || parts.putIfAbsent(name, part) != null) {
            throw new IllegalArgumentException(
                    "expected a new name without a dot for a part of checkpoints, found '%s' beside %s"
                            .formatted(name, parts.keySet()));
        }
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
     * Has the mini-batch written to a file whose loss is no number, should there be one. Needs
     * {@code dev.retort:retort-torch} on the class path, as checkpoints do.
     *
     * @param folder where to write it, made if it is missing
     * @return this
     * @throws IllegalStateException if that is missing
     */
    public TrainingLoop keepDivergedBatch(Path folder) {
        SafetensorsLibrary.require();
        divergedFolder = requireNonNull(folder, "folder is null");
        return this;
    }

    /**
     * Trains; may be called once. The device is synchronised by the reads of the loss, by
     * checkpoints, at the end of each epoch, and by validation.
     *
     * @param train the samples to train on
     * @param validation labelled samples that decide the best epoch and early stopping, or {@code
     *     null} for none
     * @return the result, to be closed by the caller
     * @throws TrainingDivergedException if the training or validation loss, a parameter at the end,
     *     or what a checkpoint is to hold is infinite or not a number
     * @throws TrainingStoppedException if a request to stop was heeded
     * @throws UncheckedIOException if a checkpoint cannot be written, or is not of this training
     * @throws IllegalArgumentException if an {@linkplain #including included} part refuses what was
     *     saved of it, when the model is still as it was; or a name in the identity of the
     *     checkpoints is one that the loop uses
     * @throws IllegalStateException if the loop was used before
     */
    public TrainingResult fit(BatchSource train, @Nullable BatchSource validation) {
        if (used) {
            throw new IllegalStateException("expected a new loop, found one that was used before");
        }
        used = true;
        TrainingResult result = null;
        try (GradientMode _ = GradientMode.off(manager.getEngine())) {
            totalSteps = train.batches() * plan.epochs();
            // Seeds cost the smallest steps a tenth of their time.
            inputSeeds = seeds.where(!train.isRepeatable());
            NativeHeap.keepFreedMemory(manager);
            runner.zeroGradients();
            boolean finished = begin(train, validation);
            while (!finished && !isOver()) {
                trainEpoch(train, validation);
            }
            if (!finished) {
                save(true);
            }
            result = end();
            return result;
        } finally {
            if (average != null) {
                average.close();
            }
            if (result == null) {
                best.close();
            }
        }
    }

    private boolean isOver() {
        return cursor.epoch > plan.epochs() || best.isOver(cursor.epochs.size(), plan.patience());
    }

    /** Goes on from a checkpoint where there is one; whether that is of a finished training. */
    private boolean begin(BatchSource train, @Nullable BatchSource validation) {
        Optional<LoopCheckpoints.Restored> restored = Optional.empty();
        if (checkpointing != null && optimizer instanceof ResumableOptimizer resumable) {
            TrainingIdentity identity =
                    new TrainingIdentity(
                            plan, loss, seeds, block, parts.keySet(), train, validation);
            checkpoints =
                    new LoopCheckpoints(checkpointing, identity, model, resumable, meter, parts);
            restored = checkpoints.restore();
        }
        ParameterSnapshot averaged = null;
        if (restored.isPresent()) {
            TrainingCursor.Saved saved = restored.get().cursor();
            cursor.restore(saved);
            runner.split(saved.microBatches());
            best = restored.get().state().best();
            averaged = restored.get().state().average();
        }
        if (plan.averageDecay() > 0) {
            average = new WeightAverage(block, manager, plan.averageDecay(), averaged);
        }
        return restored.isPresent() && restored.get().cursor().finished();
    }

    private TrainingResult end() {
        Finite.require(LoopCheckpoints.parameters(block), cursor.steps, manager);
        if (average != null) {
            average.moveInto(block);
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
        inputSeeds.epochBegins(cursor.epoch);
        try (NDManager epochManager = manager.newSubManager();
                BatchSource.Pass pass = train.pass(epochManager, cursor.epoch);
                LossWindow window = new LossWindow(epochManager, cursor.sums)) {
            if (cursor.batch > 0) {
                meter.begin(Region.CHECKPOINT_RESTORE);
                inputSeeds.skip(pass, cursor, epochManager);
                meter.end(Region.CHECKPOINT_RESTORE);
            }
            GradientClipper clipper = GradientClipper.of(plan.clipNorm(), epochManager);
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
        if (!isOver()) {
            saveAndStop(false);
        }
    }

    private boolean trainStep(
            BatchSource.Pass pass, LossWindow window, @Nullable GradientClipper clipper) {
        try (StepScope scope = new StepScope(manager)) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            inputSeeds.inputBegins(cursor.steps + 1);
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
        observer.progressed(cursor.progress(plan.epochs(), totalSteps, window.next()));
    }

    private void read(BatchSource train, LossWindow window) {
        cursor.lossReads += window.isRead() ? 0 : 1;
        Optional<LossWindow.Offence> offence = window.read();
        if (offence.isPresent()) {
            throw DivergedBatch.exception(train, cursor, offence.get(), divergedFolder, manager);
        }
    }

    /** Saves in the middle of an epoch where it is time, and stops where that was asked for. */
    private void saveWithin(BatchSource train, LossWindow window) {
        boolean due = checkpoints != null && checkpoints.isDue(cursor.steps);
        if (due || stop.isRequested()) {
            // Of a loss that is no number the step is told.
            read(train, window);
            cursor.sums = window.sums();
            saveAndStop(due);
        }
    }

    private void saveAndStop(boolean due) {
        boolean stopping = stop.isRequested();
        if (due || stopping) {
            save(false);
        }
        if (stopping) {
            throw new TrainingStoppedException(cursor.steps);
        }
    }

    private void save(boolean finished) {
        if (checkpoints != null) {
            observer.checkpointSaved(
                    checkpoints.save(
                            cursor.saved(runner.microBatches(), best, finished),
                            new LoopCheckpoints.State(
                                    best, average == null ? null : average.weights())));
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
