package dev.retort.distill.flops;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.util.PairList;

/**
 * A block that runs another one, its only child, in a way of its own and multiplies no matrices
 * beside that. It takes the same inputs, and is initialised when that one is.
 */
public abstract class WrappingBlock extends AbstractBlock {
    private final Block network;

    /**
     * Wraps a block.
     *
     * @param network the block; borrowed
     */
    @SuppressWarnings("this-escape") // only adds to the list of children
    protected WrappingBlock(Block network) {
        this.network = addChildBlock("network", network);
    }

    /**
     * The block that it runs.
     *
     * @return the block that was given
     */
    public final Block network() {
        return network;
    }

    /** As the block is: where it was initialised before, what it has must stay. */
    @Override
    public boolean isInitialized() {
        return network.isInitialized();
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return network.describeInput();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return network.getOutputShapes(inputShapes);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
        network.initialize(manager, type, inputShapes);
    }
}
