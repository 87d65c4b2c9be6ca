package dev.retort.distill.train;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a training stands: what it counts, apart from arrays. */
final class TrainingCursor {
    /** The epoch that is under way or comes next, from 1. */
    int epoch = 1;

    /** Mini-batches of that epoch whose steps are done. */
    long batch;

    long steps;
    long samples;
    long lossReads;
    final List<EpochRecord> epochs = new ArrayList<>();
    LossWindow.Sums sums = LossWindow.Sums.NONE;
    private long startNanos = System.nanoTime();

    /** An epoch as it is saved. */
    record SavedEpoch(
            int epoch, double trainLoss, @Nullable Evaluation validation, long elapsedNanos) {}

    /**
     * A cursor as it is saved.
     *
     * @param finished whether the training is over
     */
    record Saved(
            int epoch,
            long batch,
            long steps,
            long samples,
            long lossReads,
            long elapsedNanos,
            LossWindow.Sums sums,
            List<SavedEpoch> epochs,
            int microBatches,
            int bestEpoch,
            double bestLoss,
            boolean finished) {}

    /** Time spent training, also in processes before this one. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** How far it is, for the observer. */
    TrainingObserver.Progress progress(int plannedEpochs, long plannedSteps, double loss) {
        return new TrainingObserver.Progress(
                epoch, plannedEpochs, steps, plannedSteps, samples, loss, elapsed());
    }

    /** A step was made. */
    void stepDone(int size) {
        batch++;
        steps++;
        samples += size;
    }

    /** The epoch is over. */
    void epochDone(EpochRecord record) {
        epochs.add(record);
        epoch++;
        batch = 0;
        sums = LossWindow.Sums.NONE;
    }

    Saved saved(int microBatches, BestEpoch best, boolean finished) {
        return new Saved(
                epoch,
                batch,
                steps,
                samples,
                lossReads,
                elapsed().toNanos(),
                sums,
                epochs.stream()
                        .map(
                                e ->
                                        new SavedEpoch(
                                                e.epoch(),
                                                e.trainLoss(),
                                                e.validation().orElse(null),
                                                e.elapsed().toNanos()))
                        .toList(),
                microBatches,
                best.epoch(),
                best.loss(),
                finished);
    }

    void restore(Saved saved) {
        epoch = saved.epoch();
        batch = saved.batch();
        steps = saved.steps();
        samples = saved.samples();
        lossReads = saved.lossReads();
        sums = saved.sums();
        startNanos = System.nanoTime() - saved.elapsedNanos();
        epochs.clear();
        for (SavedEpoch e : saved.epochs()) {
            epochs.add(
                    new EpochRecord(
                            e.epoch(),
                            e.trainLoss(),
                            Optional.ofNullable(e.validation()),
                            Duration.ofNanos(e.elapsedNanos())));
        }
    }
}
