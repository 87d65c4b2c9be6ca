package dev.retort.examples.lab;

import dev.retort.distill.StudyCheckpoints;
import dev.retort.distill.checkpoint.Checkpoint;
import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.distill.train.Checkpointing;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.StopRequest;
import dev.retort.distill.train.TrainingLedger;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.RunOptions;
import dev.retort.experiment.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Joins trainings to the run of an experiment that they are the task of: says that the run is at
 * work and how good it is, has them stop when the run is to stop, and commits what they save, so
 * that the next attempt goes on from there. Confined to the thread that trains.
 */
public final class SupervisedTraining {
    /** The time from one checkpoint of a training to the next, which a killed run loses at most. */
    public static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(30);

    private static final int KEPT = 2;

    private final TaskContext context;
    private final Path saved;
    private final StopRequest stop = new StopRequest();
    private @Nullable Path committed;

    /**
     * Puts what an earlier attempt committed where the trainings look for it.
     *
     * @param context of the run
     * @throws IOException if it cannot be copied
     */
    public SupervisedTraining(TaskContext context) throws IOException {
        this.context = context;
        saved = context.folder().resolve("training");
        if (context.resumption().isPresent()) {
            copy(context.resumption().get().content(), saved);
        }
    }

    /**
     * How a study saves, and what it has to heed.
     *
     * @return for {@link dev.retort.distill.Distillation#checkpoint}
     */
    public StudyCheckpoints study() {
        return new StudyCheckpoints(saved, 0, BETWEEN_CHECKPOINTS, KEPT, stop);
    }

    /**
     * How the only training of a run saves.
     *
     * @param identity what it is of
     * @return for {@link dev.retort.distill.train.TrainingLoop#checkpoint}
     */
    public Checkpointing checkpoints(Map<String, String> identity) {
        return new Checkpointing(only(), identity, 0, BETWEEN_CHECKPOINTS);
    }

    /**
     * What the only training of a run has to heed.
     *
     * @return requested once the run is to stop
     */
    public StopRequest stop() {
        return stop;
    }

    /**
     * Opens the ledger of the only training of a run, which goes on where its checkpoint does.
     *
     * @param options of the ledger
     * @return the ledger, to be closed by the caller
     * @throws IOException if the checkpoint cannot be read
     */
    public TrainingLedger ledger(RunOptions options) throws IOException {
        return TrainingLedger.open(options, only());
    }

    private CheckpointFolder only() {
        return new CheckpointFolder(saved, KEPT);
    }

    /**
     * A plan that takes no more memory than the run may: after attempts that ran out of it, batches
     * go through the model in parts.
     *
     * @param plan how a training of the run is made
     * @return the same plan with its batches in as many times the parts as the run says
     */
    public TrainingPlan inParts(TrainingPlan plan) {
        long parts = (long) plan.microBatches() * context.microBatchDivisor();
        return plan.withMicroBatches((int) Math.min(plan.batchSize(), parts));
    }

    /**
     * What one of the trainings has to be observed by. Its losses and the accuracies of its epochs
     * become metric points.
     *
     * @param name of the training, with which its metrics begin
     * @param stepsBefore steps of the run that the trainings before it take
     * @return an observer; throws {@link UncheckedIOException} where something cannot be recorded
     */
    public TrainingObserver observer(String name, long stepsBefore) {
        return new Joined(name, stepsBefore, null);
    }

    /**
     * What the training has to be observed by that the run is judged by: the same, and each of its
     * epochs is reported, so that rules can stop a run that is hopeless.
     *
     * @param name of the training, with which its metrics begin
     * @param stepsBefore steps of the run that the trainings before it take
     * @param metric what is reported of the result on the validation samples
     * @return an observer; throws {@link UncheckedIOException} where something cannot be recorded
     */
    public TrainingObserver reporting(
            String name, long stepsBefore, ToDoubleFunction<Evaluation> metric) {
        return new Joined(name, stepsBefore, metric);
    }

    private final class Joined implements TrainingObserver {
        private final String name;
        private final long stepsBefore;
        private final @Nullable ToDoubleFunction<Evaluation> metric;
        private long step;

        Joined(String name, long stepsBefore, @Nullable ToDoubleFunction<Evaluation> metric) {
            this.name = name;
            this.stepsBefore = stepsBefore;
            this.metric = metric;
            // An epoch may end without a further step where a run goes on.
            long resumed = context.resumption().map(TaskContext.Resumption::step).orElse(0L);
            step = Math.max(stepsBefore, resumed);
        }

        @Override
        public void progressed(Progress progress) {
            step = stepsBefore + progress.step();
            recorded(() -> context.record(name + "_train_loss", step, progress.loss()));
            stopIfAsked();
        }

        @Override
        public void epochEnded(EpochRecord epoch) {
            epoch.validation().ifPresent(judged -> recorded(() -> record(epoch.epoch(), judged)));
            stopIfAsked();
        }

        private void record(int epoch, Evaluation judged) throws IOException, InterruptedException {
            context.record(name + "_validation_loss", step, judged.loss());
            context.record(name + "_validation_accuracy", step, judged.accuracy());
            if (metric != null) {
                context.report(epoch, metric.applyAsDouble(judged));
            }
        }

        @Override
        public void checkpointSaved(Checkpoint checkpoint) {
            recorded(() -> commit(stepsBefore + checkpoint.step()));
        }
    }

    private void stopIfAsked() {
        if (context.shouldStop()) {
            stop.request();
        }
    }

    /** Tells the run something. */
    private interface Told {
        void tell() throws IOException, InterruptedException;
    }

    private static void recorded(Told what) {
        try {
            what.tell();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(
                    new InterruptedIOException("the run was ended while it recorded something"));
        }
    }

    /**
     * Commits a copy, since the trainings go on to change what they saved. Its folder is new: the
     * last step is saved twice where a checkpoint is due with it.
     */
    private void commit(long step) throws IOException, InterruptedException {
        Path copy = Files.createTempDirectory(context.folder(), "step-" + step + "-");
        copy(saved, copy);
        context.commit(step, copy);
        if (committed != null) {
            delete(committed);
        }
        committed = copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path path : walk(from)) {
            Path target = to.resolve(from.relativize(path));
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                Files.copy(path, target);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Path path : walk(folder).reversed()) {
            Files.delete(path);
        }
    }

    private static List<Path> walk(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
