package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;

import java.util.Map;

/**
 * Something beside the trained parameters that changes with a training, and that a checkpoint must
 * hold, such as a teacher that follows the student.
 */
public interface Checkpointed {
    /**
     * What is to be saved.
     *
     * @return arrays by name, borrowed; read before the training goes on
     */
    Map<String, NDArray> checkpoint();

    /**
     * Takes over what was saved.
     *
     * @param arrays what {@link #checkpoint} gave, freed by the caller afterwards
     * @throws IllegalArgumentException if they are of something else
     */
    void restore(Map<String, NDArray> arrays);
}
