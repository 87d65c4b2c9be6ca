package dev.retort.distill.train;

import ai.djl.nn.Block;

import java.util.List;
import java.util.Optional;

/**
 * A finished training. The model holds the parameters of the last epoch; they and those of the
 * epoch with the lowest validation loss are kept beside it until this result is closed. With a
 * {@linkplain TrainingPlan#averageDecay moving average} both are averages.
 */
public final class TrainingResult implements AutoCloseable {
    private final List<EpochRecord> epochs;
    private final int bestEpoch;
    private final Optional<ParameterSnapshot> best;
    private final ParameterSnapshot last;
    private final long lossReads;
    private final long outOfMemory;

    TrainingResult(
            List<EpochRecord> epochs,
            int bestEpoch,
            Optional<ParameterSnapshot> best,
            ParameterSnapshot last,
            long lossReads,
            long outOfMemory) {
        this.epochs = List.copyOf(epochs);
        this.bestEpoch = bestEpoch;
        this.best = best;
        this.last = last;
        this.lossReads = lossReads;
        this.outOfMemory = outOfMemory;
    }

    /**
     * What each epoch came to, in order; fewer than planned after an early stop.
     *
     * @return at least one record
     */
    public List<EpochRecord> epochs() {
        return epochs;
    }

    /**
     * The epoch with the lowest validation loss, the earliest of equals; the last epoch where there
     * was no validation.
     *
     * @return the epoch, from 1
     */
    public int bestEpoch() {
        return bestEpoch;
    }

    /**
     * How often losses were read from the device, each time synchronising it: for the observer and
     * before checkpoints.
     *
     * @return the number of reads in the whole training
     */
    public long lossReads() {
        return lossReads;
    }

    /**
     * How often the device ran out of memory in this process, each time splitting mini-batches
     * further.
     *
     * @return the number of times
     */
    public long outOfMemory() {
        return outOfMemory;
    }

    /**
     * Puts the parameters of the best epoch into a block of the trained structure.
     *
     * @param block the block; left alone if there was no validation
     */
    public void restoreBest(Block block) {
        best.ifPresent(snapshot -> snapshot.restore(block));
    }

    /**
     * Puts the parameters of the last epoch into a block of the trained structure.
     *
     * @param block the block
     */
    public void restoreLast(Block block) {
        last.restore(block);
    }

    @Override
    public void close() {
        last.close();
        best.ifPresent(ParameterSnapshot::close);
    }
}
