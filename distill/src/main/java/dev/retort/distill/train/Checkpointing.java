package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.checkpoint.CheckpointFolder;

import java.time.Duration;
import java.util.Map;

/**
 * When and where a training saves its state. A checkpoint is made after the last step in any case,
 * and, where neither steps nor time are given, after each epoch. Training waits while it is
 * written.
 *
 * @param folder holds the checkpoints of this training alone
 * @param identity what the training is of beside what the loop knows itself (plan, seed of the
 *     steps, structure of the model, name of the loss, length of an epoch, validation, parts,
 *     engine), by what it is called: the data, the teacher, the objective. A checkpoint of another
 *     training is refused
 * @param everySteps steps from one checkpoint to the next; 0 to go by time alone
 * @param every time from one checkpoint to the next; zero to go by steps alone
 */
public record Checkpointing(
        CheckpointFolder folder, Map<String, String> identity, long everySteps, Duration every) {
    /** Checks the components. */
    public Checkpointing {
        requireNonNull(folder, "folder is null");
        identity = Map.copyOf(identity);
        if (everySteps < 0) {
            throw new IllegalArgumentException(
                    "expected at least 0 steps between checkpoints, found " + everySteps);
        }
        if (every.isNegative()) {
            throw new IllegalArgumentException(
                    "expected a time of at least 0 between checkpoints, found " + every);
        }
    }

    /** Whether a checkpoint is made after each epoch. */
    boolean afterEpochs() {
        return everySteps == 0 && every.isZero();
    }

    /** Whether a checkpoint is to be made after a step. */
    boolean isDue(long stepsSince, long nanosSince) {
        return (everySteps > 0 && stepsSince >= everySteps)
                || (!every.isZero() && nanosSince >= every.toNanos());
    }
}
