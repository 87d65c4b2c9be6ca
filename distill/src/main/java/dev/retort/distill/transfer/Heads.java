package dev.retort.distill.transfer;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.SequentialBlock;

/** Replaces the head of a network, so that a trunk serves another task. */
public final class Heads {
    private Heads() {}

    /**
     * A network with the blocks of another one, but for the last, and a new head.
     *
     * @param network a sequential block, initialised; its blocks are shared with the result
     * @param head the new last block, not initialised
     * @param sampleShape the shape of one sample, without the batch axis
     * @param manager owns the parameters of the head, whose initial values are drawn from the
     *     engine's random generator
     * @return the new network, initialised
     * @throws IllegalArgumentException if the network is not sequential: then its trunk and a head
     *     make one, {@code new SequentialBlock().add(trunk).add(head)}
     */
    public static SequentialBlock replace(
            Block network, Block head, Shape sampleShape, NDManager manager) {
        BlockList children = network.getChildren();
        if (network.getClass() != SequentialBlock.class || children.size() < 2) {
            throw new IllegalArgumentException(
                    "expected a sequential block of at least 2 blocks to replace the last of, found %s of %d"
                            .formatted(network.getClass().getSimpleName(), children.size()));
        }
        SequentialBlock replaced = new SequentialBlock();
        Shape[] shapes = {new Shape(1).addAll(sampleShape)};
        for (Block block : children.values().subList(0, children.size() - 1)) {
            replaced.add(block);
            shapes = block.getOutputShapes(shapes);
        }
        head.initialize(manager, DataType.FLOAT32, shapes);
        return replaced.add(head);
    }
}
