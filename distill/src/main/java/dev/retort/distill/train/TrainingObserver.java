package dev.retort.distill.train;

import dev.retort.distill.checkpoint.Checkpoint;

import java.time.Duration;
import java.util.List;

/**
 * Is told how a training gets on, on the training thread. An exception from it ends the training.
 */
public interface TrainingObserver {
    /** An observer that ignores everything. */
    TrainingObserver NONE = new TrainingObserver() {};

    /**
     * Where a training stands.
     *
     * @param epoch the epoch, from 1
     * @param epochs the planned number of epochs
     * @param step steps done in the whole training
     * @param totalSteps steps planned in the whole training
     * @param samples samples processed in the whole training
     * @param loss mean training loss since the last read
     * @param elapsed time since the training began
     */
    record Progress(
            int epoch,
            int epochs,
            long step,
            long totalSteps,
            long samples,
            double loss,
            Duration elapsed) {}

    /**
     * The loss was read, which happens every {@link TrainingPlan#readEvery} steps.
     *
     * @param progress where the training stands
     */
    default void progressed(Progress progress) {}

    /**
     * An epoch and its validation ended.
     *
     * @param epoch what it came to
     */
    default void epochEnded(EpochRecord epoch) {}

    /**
     * A checkpoint is on disk; those before the last few may be gone now.
     *
     * @param checkpoint what was saved
     */
    default void checkpointSaved(Checkpoint checkpoint) {}

    /**
     * The training ended, after all epochs or early.
     *
     * @param epochs what each epoch came to
     * @param bestEpoch the epoch whose parameters are the best, from 1
     */
    default void trainingEnded(List<EpochRecord> epochs, int bestEpoch) {}
}
