package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.checkpoint.CheckpointFolder;

import java.time.Duration;
import java.util.Map;

/**
 * When and where a training saves its state. A checkpoint is made after the last step in any case.
 * Training waits while one is written. The moments change nothing of what is trained: a resumed
 * training repeats the steps since its newest checkpoint and comes to the same.
 *
 * <p>Where neither steps nor time are given, what saving costs decides: a checkpoint is made once
 * {@link #LEAST} has passed since the last one, and {@value #TIMES_THE_COST} times as long as that
 * took to be saved, so that saving takes some 3 % of the time at most in the long run, however
 * short the epochs or slow the disk. What comes on top is the first save, whose cost nobody knows
 * before, and the last one.
 *
 * @param folder holds the checkpoints of this training alone
 * @param identity what the training is of beside what the loop knows itself (plan, seed of the
 *     steps, structure of the model, name of the loss, length of an epoch, validation, parts,
 *     engine and its version, and on a CPU its BLAS and how many threads an operator may use, which
 *     decide the last bits), by what it is called: the data, the teacher, the objective. A
 *     checkpoint of another training is refused
 * @param everySteps steps from one checkpoint to the next; 0 to go by time alone
 * @param every time from one checkpoint to the next; zero to go by steps alone, and with neither by
 *     what saving costs
 */
public record Checkpointing(
        CheckpointFolder folder, Map<String, String> identity, long everySteps, Duration every) {
    /** The least time between checkpoints that go by what saving costs. */
    public static final Duration LEAST = Duration.ofSeconds(5);

    /** How many times as long as a save took the training goes on before the next of these. */
    public static final int TIMES_THE_COST = 30;

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

    /**
     * Whether a checkpoint is to be made after a step.
     *
     * @param stepsSince steps since the last one
     * @param nanosSince time since the last one was saved, or since the training began
     * @param saveNanos how long that took, or 0
     */
    boolean isDue(long stepsSince, long nanosSince, long saveNanos) {
        if (everySteps == 0 && every.isZero()) {
            return nanosSince >= Math.max(LEAST.toNanos(), TIMES_THE_COST * saveNanos);
        }
        return (everySteps > 0 && stepsSince >= everySteps)
                || (!every.isZero() && nanosSince >= every.toNanos());
    }
}
