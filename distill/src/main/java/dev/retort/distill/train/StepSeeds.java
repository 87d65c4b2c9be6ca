package dev.retort.distill.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

import java.util.OptionalLong;

/**
 * Has the engine and DJL draw the random numbers of each part of a training by a seed of that part,
 * so that a training that is resumed there draws the same.
 *
 * @param seed the seed of the training, or empty to leave the generators alone
 * @param engine the engine that draws
 */
record StepSeeds(OptionalLong seed, Engine engine) {
    // Purposes of the seed. Epochs, which count from 1, are those of a source with the same seed.
    private static final long EPOCH_STREAM = -101;
    private static final long INPUT_STREAM = -102;
    private static final long STEP_STREAM = -103;

    /** The same where something draws, else seeds that leave the generators alone. */
    StepSeeds where(boolean draws) {
        return draws ? this : new StepSeeds(OptionalLong.empty(), engine);
    }

    /** A pass begins, which may draw an order. */
    void epochBegins(int epoch) {
        draw(EPOCH_STREAM, epoch);
    }

    /** The mini-batch of a step is asked for, which may be changed at random. */
    void inputBegins(long step) {
        draw(INPUT_STREAM, step);
    }

    /**
     * Passes over the mini-batches of the epoch's steps; what draws meanwhile draws as in those.
     */
    void skip(BatchSource.Pass pass, TrainingCursor cursor, NDManager owner) {
        if (seed.isEmpty()) {
            pass.skip(cursor.batch, owner);
            return;
        }
        for (long ago = cursor.batch; ago > 0; ago--) {
            inputBegins(cursor.steps - ago + 1);
            pass.skip(1, owner);
        }
    }

    /** The forward pass of a step begins, with dropout for instance. */
    void stepBegins(long step) {
        draw(STEP_STREAM, step);
    }

    private void draw(long stream, long index) {
        if (seed.isPresent()) {
            engine.setRandomSeed((int) Seeds.bits(seed.getAsLong(), stream, index));
        }
    }
}
