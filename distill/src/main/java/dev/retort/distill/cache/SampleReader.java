package dev.retort.distill.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/** Gives the teacher's inputs for any samples of a data set. */
@FunctionalInterface
public interface SampleReader {
    /**
     * Reads samples.
     *
     * @param positions their positions in the data set
     * @param view which view of them, from 0; the same view of a sample is the same each time
     * @param owner owns the result
     * @return the inputs, the first axis of each array the samples
     */
    NDList read(long[] positions, int view, NDManager owner);

    /**
     * Samples that lie on a device as a whole, without augmentation.
     *
     * @param features the inputs, the first axis the samples; borrowed
     * @return the reader, which refuses views other than the first
     */
    static SampleReader of(NDArray features) {
        return (positions, view, owner) -> {
            if (view != 0) {
                throw new IllegalArgumentException(
                        "expected view 0 of samples without augmentation, found " + view);
            }
            NDArray chosen = owner.create(positions);
            return new NDList(features.get(owner, new NDIndex("{}", chosen)));
        };
    }
}
