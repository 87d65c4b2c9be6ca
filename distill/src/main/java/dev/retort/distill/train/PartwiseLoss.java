package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A DJL loss that knows what some of the samples of a mini-batch add to its value. The loop asks it
 * so where a mini-batch goes through the model in parts; of any other loss it takes the values of
 * the parts by their shares of the samples, which is wrong for one that is averaged over fewer,
 * such as those with a label.
 */
public interface PartwiseLoss {
    /**
     * What some of the samples of a mini-batch add to its loss, so that the parts sum up to the
     * loss of the whole as far as it looks at each sample on its own.
     *
     * @param labels the labels of these samples
     * @param predictions what the block gave for these samples
     * @param whole the labels of all samples of the mini-batch; the first axis counts them
     * @return a scalar
     */
    NDArray evaluatePart(NDList labels, NDList predictions, NDList whole);

    /**
     * The fewest samples that can be evaluated together. No mini-batch of that many or more is
     * split into smaller parts.
     *
     * @return at least 1
     */
    int minimumSamples();
}
