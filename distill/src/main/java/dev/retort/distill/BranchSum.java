package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;

import java.util.List;

/**
 * Runs its branches on one input and adds their outputs, which must have one shape: the sum of a
 * residual block (He et al. 2016). A class of its own, because what a {@link ParallelBlock} does
 * with its branches is a function that nobody can read, and an export has to know it.
 */
public final class BranchSum extends ParallelBlock {
    /**
     * Creates a block.
     *
     * @param branches the branches, not initialised, at least two
     */
    public BranchSum(List<Block> branches) {
        super(BranchSum::sum, branches);
        if (branches.size() < 2) {
            throw new IllegalArgumentException(
                    "expected at least 2 branches to add, found " + branches.size());
        }
    }

    private static NDList sum(List<NDList> outputs) {
        return new NDList(
                NDArrays.add(
                        outputs.stream().map(NDList::singletonOrThrow).toArray(NDArray[]::new)));
    }
}
