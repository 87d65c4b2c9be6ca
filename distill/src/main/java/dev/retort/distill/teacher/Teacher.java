package dev.retort.distill.teacher;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.fingerprint.Fingerprint;

import java.util.OptionalLong;

/**
 * A classifier whose outputs a student is trained to.
 *
 * <p>The contract, which {@link TeacherContract} checks: a teacher runs in evaluation mode, so that
 * the same samples give the same outputs whatever else is in their batch; it records no gradient;
 * its parameters and buffers stay as they are; and its outputs are what {@link #output} says. A
 * {@link MovingAverageTeacher} changes when it is told to, not when it is asked.
 *
 * <p>Confined to one thread. Closing frees what the teacher owns, and can be repeated.
 */
public interface Teacher extends AutoCloseable {
    /**
     * A few words for messages and reports, such as {@code teacher.onnx (OnnxRuntime)}.
     *
     * @return the words
     */
    String description();

    /**
     * What the numbers of {@link #outputs} mean.
     *
     * @return logits or probabilities
     */
    TeacherOutput output();

    /**
     * The outputs for a batch.
     *
     * @param data the inputs, the first axis of each array the samples; borrowed, of any engine
     * @param positions the positions of those samples in the data set, as many as there are
     *     samples; empty where they are not known
     * @param owner owns the result, and gives its engine and its device
     * @return {@code FLOAT32} of shape (batch, classes), an array of its own that records no
     *     gradient and may be used where one is recorded
     * @throws TeacherException if the teacher cannot take these inputs
     */
    NDArray outputs(NDList data, long[] positions, NDManager owner);

    /**
     * A hash over all that decides the outputs, as it is now.
     *
     * @return the hash; reads all parameters from the device
     */
    Fingerprint fingerprint();

    /**
     * The size of the one data set that the teacher can be asked about, where it knows samples by
     * their positions alone.
     *
     * @return the number of samples; empty for a teacher that looks at the inputs
     */
    default OptionalLong samples() {
        return OptionalLong.empty();
    }

    /**
     * The outputs for a batch as logits.
     *
     * @param data the inputs, as for {@link #outputs}
     * @param positions their positions, as for {@link #outputs}
     * @param owner owns the result
     * @return {@code FLOAT32} of shape (batch, classes)
     */
    default NDArray logits(NDList data, long[] positions, NDManager owner) {
        return output().toLogits(outputs(data, positions, owner));
    }

    /** Frees what the teacher owns. */
    @Override
    void close();
}
