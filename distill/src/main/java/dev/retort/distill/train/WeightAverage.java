package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

import org.jspecify.annotations.Nullable;

/** The moving average of the parameters in a loop, which takes their place where they are used. */
final class WeightAverage implements AutoCloseable {
    private final NDManager manager;
    private final double decay;
    private final ParameterSnapshot weights;
    private final MovingAverage mover;

    /**
     * An average of a block.
     *
     * @param saved as it was when the training was left, or {@code null} to begin with the block's
     *     parameters; owned by this object
     */
    WeightAverage(Block block, NDManager manager, double decay, @Nullable ParameterSnapshot saved) {
        this.manager = manager;
        this.decay = decay;
        weights = saved == null ? ParameterSnapshot.of(block, manager) : saved;
        mover = new MovingAverage(block, weights.arrays(), manager);
    }

    /** Follows the parameters after a step. */
    void update(long step) {
        mover.update(MovingAverage.warmedUp(decay, step));
    }

    /** The average, which stays this object's. */
    ParameterSnapshot weights() {
        return weights;
    }

    /** Puts the average into the block, for good. */
    void moveInto(Block block) {
        weights.restore(block);
    }

    /** Puts the average into the block until what is returned is closed. */
    Lent lend(Block block) {
        ParameterSnapshot own = ParameterSnapshot.of(block, manager);
        weights.restore(block);
        return new Lent(block, own);
    }

    /**
     * Gives a block its own parameters back when it is closed.
     *
     * @param block the block
     * @param own its parameters
     */
    record Lent(Block block, ParameterSnapshot own) implements AutoCloseable {
        @Override
        public void close() {
            own.restore(block);
            own.close();
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
