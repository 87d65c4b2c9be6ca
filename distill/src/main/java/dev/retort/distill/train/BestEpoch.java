package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** Keeps the parameters of the epoch with the lowest validation loss, the earliest of equals. */
final class BestEpoch implements AutoCloseable {
    private final NDManager manager;
    private int epoch;
    private double loss;
    private @Nullable ParameterSnapshot parameters;

    BestEpoch(NDManager manager) {
        this(manager, 0, Double.POSITIVE_INFINITY, null);
    }

    /** As it was when the training was left. */
    BestEpoch(NDManager manager, int epoch, double loss, @Nullable ParameterSnapshot parameters) {
        this.manager = manager;
        this.epoch = epoch;
        this.loss = loss;
        this.parameters = parameters;
    }

    /** Without validation the last epoch is the best, and its parameters are the model's. */
    void last(int lastEpoch) {
        epoch = lastEpoch;
    }

    /**
     * Looks at an epoch.
     *
     * @param candidate the epoch
     * @param evaluation what its validation came to
     * @param block has its parameters, which are copied if they are the best
     * @throws TrainingDivergedException if the loss is no number
     */
    void offer(int candidate, Evaluation evaluation, Block block) {
        if (!Double.isFinite(evaluation.loss())) {
            throw new TrainingDivergedException(evaluation.loss(), candidate);
        }
        if (evaluation.loss() < loss) {
            loss = evaluation.loss();
            epoch = candidate;
            close();
            parameters = ParameterSnapshot.of(block, manager);
        }
    }

    /** Whether so many epochs in a row were no better. */
    boolean isOver(int epochsDone, int patience) {
        return patience > 0 && epochsDone > 0 && epochsDone - epoch >= patience;
    }

    int epoch() {
        return epoch;
    }

    double loss() {
        return loss;
    }

    /** The parameters, which stay this object's. */
    Optional<ParameterSnapshot> parameters() {
        return Optional.ofNullable(parameters);
    }

    @Override
    public void close() {
        if (parameters != null) {
            parameters.close();
            parameters = null;
        }
    }
}
