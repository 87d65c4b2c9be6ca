package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

import java.util.Map;

/** What an {@link ai.djl.training.optimizer.Optimizer} is whose state a checkpoint can hold. */
public interface ResumableOptimizer {
    /**
     * The state, to be saved.
     *
     * @param block the block whose parameters have been updated; its names are used, since the ids
     *     of parameters are new in each process
     * @param owner owns what is made for the purpose
     * @return arrays by name, borrowed; read before the training goes on
     */
    Map<String, NDArray> state(Block block, NDManager owner);

    /**
     * Takes over a saved state: the next update is what it would have been in the process that
     * saved.
     *
     * @param block a block with the same names and shapes of parameters
     * @param arrays what {@link #state} gave; they are copied
     * @throws IllegalArgumentException if an array is missing or of another shape
     */
    void restore(Block block, Map<String, NDArray> arrays);
}
