package dev.retort.distill.train;

import dev.retort.distill.checkpoint.Checkpoint;
import dev.retort.distill.checkpoint.CheckpointFolder;

import java.io.IOException;

/**
 * How far a training is that saves its state: what one that goes on from there need not do again.
 *
 * @param steps steps done, at least 0
 * @param finished whether it is over, maybe before the last step that was planned
 */
public record TrainingProgress(long steps, boolean finished) {
    /** Of a training that has saved nothing. */
    public static final TrainingProgress NONE = new TrainingProgress(0, false);

    /**
     * Looks at the newest checkpoint that is as it was saved, whatever it is of.
     *
     * @param folder holds the checkpoints of the training alone
     * @return what it says
     * @throws IOException if the folder cannot be read, or all its checkpoints are damaged
     */
    public static TrainingProgress of(CheckpointFolder folder) throws IOException {
        return folder.peek().map(TrainingProgress::of).orElse(NONE);
    }

    /** What a checkpoint of a {@link TrainingLoop} says. */
    static TrainingProgress of(Checkpoint checkpoint) {
        return new TrainingProgress(
                checkpoint.step(), checkpoint.state().path("finished").asBoolean());
    }
}
