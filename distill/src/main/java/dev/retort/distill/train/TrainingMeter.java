package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;

import dev.retort.distill.flops.FlopCount;
import dev.retort.distill.flops.StepFlops;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Measures an existing DJL program that trains by {@code EasyTrain}, in two lines:
 *
 * {@snippet :
 * TrainingMeter meter = TrainingMeter.attach(config, "digits"); // line 1
 * Dataset measured = meter.measured(data); // line 2, for EasyTrain.fit
 * }
 *
 * <p>The time from {@link #attach} to the first batch is {@link Region#SETUP}: opening the meter,
 * loading the engine, making the trainer, initialising the model. Waiting for a batch is {@link
 * Region#INPUT}, measured where it happens. DJL tells listeners that a batch was trained before it
 * updates the parameters, so forward, backward and listeners that were added earlier are one {@link
 * Region#STEP}, and what follows until the next batch is asked for is {@link Region#UPDATE}. From
 * the end of a pass to the end of its epoch it is {@link Region#EVALUATION}: validation, on
 * whatever data set, and the listeners of the epoch that were added earlier, which are not told
 * apart and remain where nothing is validated.
 *
 * <p>DJL tells nobody why a training ended. A program that catches what {@code EasyTrain} throws
 * says so by {@link #fail(FailureClass, Throwable)}, before the meter is closed. A {@code catch} of
 * the {@code try} that closes the meter would come too late, so it stands inside:
 *
 * {@snippet class="dev.retort.distill.train.MeterSnippets" region="fail"}
 *
 * <p>Confined to the thread that trains, which is the one that must call {@link #attach}. The meter
 * never makes training fail.
 */
public final class TrainingMeter extends TrainingListenerAdapter implements AutoCloseable {
    private final RunMeter meter;
    private final StepFlops flops;
    private Region open = Region.OTHER;
    private boolean inputMeasured;
    private boolean trained;
    private boolean validating;

    /** The samples of the step that was trained but not updated yet, or -1. */
    private int trainedSamples = -1;

    private boolean inPass;
    private boolean passed;
    private boolean ended;

    private TrainingMeter(RunMeter meter) {
        this.meter = meter;
        flops = new StepFlops(meter);
    }

    /**
     * Adds a meter to a training configuration.
     *
     * @param config the configuration, before {@code model.newTrainer(config)}
     * @param name the name of the run
     * @return the meter, which measures from now until it is closed
     */
    public static TrainingMeter attach(DefaultTrainingConfig config, String name) {
        return attach(config, RunOptions.of(name));
    }

    /**
     * Adds a meter to a training configuration, with tags, a journal or what else a run can have.
     *
     * @param config the configuration, before {@code model.newTrainer(config)}
     * @param options how the run is measured
     * @return the meter, which measures from now until it is closed
     */
    public static TrainingMeter attach(DefaultTrainingConfig config, RunOptions options) {
        TrainingMeter meter = new TrainingMeter(options.open());
        meter.enter(Region.SETUP);
        config.addTrainingListeners(meter);
        return meter;
    }

    /**
     * Wraps the data set that is trained on, so that waiting for it is measured. Best called before
     * {@code model.newTrainer(config)}: of a data set that is not wrapped nothing tells when its
     * first batch is asked for, so {@link Region#SETUP} ends where the trainer is made, and what
     * follows up to the first batch is in no region.
     *
     * @param dataset the data set
     * @return the same samples in the same order
     */
    public Dataset measured(Dataset dataset) {
        inputMeasured = true;
        meter.cancelStep();
        enter(Region.SETUP);
        return new MeasuredDataset(requireNonNull(dataset, "dataset is null"));
    }

    /**
     * Where the time went so far, or up to {@link #close}.
     *
     * @return the account
     */
    public RunAccount account() {
        return meter.snapshot();
    }

    /**
     * The meter of the run, for what its account does not tell, such as a summary or a report.
     *
     * @return the meter, which this one closes
     */
    public RunMeter meter() {
        return meter;
    }

    /**
     * The floating-point operations of the last training step, counted from the model, which make
     * the model FLOPs utilisation; or the block that kept them from being counted.
     *
     * @return the count; empty before the first step, and after {@link #flopsPerSample}
     */
    public Optional<FlopCount> flops() {
        return flops.last();
    }

    /**
     * Replaces the count of operations by the user's own.
     *
     * @param flops what a training step needs per sample, forward and backward
     */
    public void flopsPerSample(double flops) {
        this.flops.give(flops);
    }

    /** Says that a durable checkpoint holds the state of this moment. */
    public void commit() {
        meter.commit();
    }

    /**
     * Notes that something went wrong, while the training goes on: a loss that is not a number, a
     * batch that was passed over.
     *
     * @param kind its class
     * @param message one sentence, or null for none
     */
    public void failure(FailureClass kind, @Nullable String message) {
        meter.failure(kind, message);
    }

    /**
     * Ends the measuring of a training that failed, as {@link RunMeter#fail(FailureClass, String)}:
     * training counts as far as a {@linkplain #commit commit} holds it. {@link #close} changes
     * nothing any more, nor does this after it.
     *
     * @param kind the class of the failure
     * @param message one sentence, or null for none
     * @return the final account
     */
    public RunAccount fail(FailureClass kind, @Nullable String message) {
        leave();
        return meter.fail(kind, message);
    }

    /**
     * Ends the measuring of a training that failed, for what was thrown, as {@link
     * RunMeter#fail(FailureClass, Throwable)}.
     *
     * @param kind the class of the failure
     * @param cause what was thrown
     * @return the final account
     */
    public RunAccount fail(FailureClass kind, Throwable cause) {
        leave();
        return meter.fail(kind, cause);
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
        if (!inputMeasured && open == Region.SETUP) {
            enter(Region.OTHER);
            meter.beginStep();
        }
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        trained = true;
        validating = false;
        inPass = true;
        trainedSamples = batchData.getBatch().getSize();
        flops.step(trainer.getModel().getBlock(), batchData.getBatch().getData(), trainedSamples);
        if (inputMeasured) {
            enter(Region.UPDATE);
        } else {
            // Nothing says where an update ends and a step begins.
            endStep();
            meter.beginStep();
            enter(Region.STEP);
        }
    }

    @Override
    public void onValidationBatch(Trainer trainer, BatchData batchData) {
        enter(Region.EVALUATION);
    }

    @Override
    public void onEpoch(Trainer trainer) {
        trained = false;
        validating = false;
        inPass = false;
        passed = true;
        enter(Region.OTHER);
        meter.cancelStep();
        if (!inputMeasured) {
            meter.beginStep();
        }
    }

    /**
     * Ends the measuring. The training counts as a success if an epoch has ended and no pass over
     * the data was broken off since, as it is by an exception: its result is the model in memory,
     * of which DJL says no more. One that never came to the end of an epoch, such as for a model
     * that could not be made, has failed. What broke it off is only known to who catches the
     * exception: see {@link #fail(FailureClass, Throwable)}.
     */
    @Override
    public void close() {
        leave();
        if (passed && !inPass) {
            meter.finish();
        } else {
            meter.close();
        }
    }

    /** Closes what is open, once. */
    private void leave() {
        if (!ended) {
            ended = true;
            enter(Region.OTHER);
            meter.cancelStep();
        }
    }

    private void endStep() {
        if (trainedSamples >= 0) {
            meter.endStep(trainedSamples);
            trainedSamples = -1;
        }
    }

    private void enter(Region region) {
        if (open == Region.OTHER) {
            if (region != Region.OTHER) {
                meter.begin(region);
            }
        } else if (region == Region.OTHER) {
            meter.end(open);
        } else {
            meter.change(open, region);
        }
        open = region;
    }

    private final class MeasuredDataset implements Dataset {
        private final Dataset dataset;

        MeasuredDataset(Dataset dataset) {
            this.dataset = dataset;
        }

        @Override
        public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
            Iterable<Batch> batches = dataset.getData(manager);
            return () -> new MeasuredIterator(batches.iterator());
        }

        @Override
        public Iterable<Batch> getData(NDManager manager, @Nullable ExecutorService executor)
                throws IOException, TranslateException {
            Iterable<Batch> batches = dataset.getData(manager, executor);
            return () -> new MeasuredIterator(batches.iterator());
        }

        @Override
        public void prepare(@Nullable Progress progress) throws IOException, TranslateException {
            dataset.prepare(progress);
        }
    }

    private final class MeasuredIterator implements Iterator<Batch> {
        private final Iterator<Batch> batches;

        MeasuredIterator(Iterator<Batch> batches) {
            this.batches = batches;
        }

        @Override
        public boolean hasNext() {
            endStep();
            waitForInput();
            boolean more = batches.hasNext();
            if (!more) {
                meter.cancelStep();
                // What EasyTrain passes over between here and the end of the epoch, it validates.
                validating = trained;
                enter(Region.EVALUATION);
            }
            return more;
        }

        @Override
        public Batch next() {
            waitForInput();
            Batch batch = batches.next();
            enter(validating ? Region.EVALUATION : Region.STEP);
            return batch;
        }

        private void waitForInput() {
            if (validating) {
                enter(Region.EVALUATION);
            } else if (open != Region.INPUT) {
                inPass = true;
                meter.beginStep();
                enter(Region.INPUT);
            }
        }
    }
}
