package dev.retort.distill.flops;

import ai.djl.nn.Block;

/** A block that runs another one and multiplies no matrices beside that. */
public interface WrappingBlock {
    /**
     * The block that it runs.
     *
     * @return the block, which takes the same inputs
     */
    Block network();
}
