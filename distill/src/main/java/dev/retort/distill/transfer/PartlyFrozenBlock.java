package dev.retort.distill.transfer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import ai.djl.util.PairList;

import dev.retort.distill.flops.WrappingBlock;

import org.jspecify.annotations.Nullable;

/**
 * A network whose frozen blocks run in evaluation mode while the others train, so that their batch
 * normalisations keep their statistics and their dropout is off. It goes into sequential blocks,
 * whose order of work is known; another block is frozen if all of its parameters are. The network
 * is not changed, and is what is saved: this block is for training only.
 *
 * <p>Confined to one thread.
 */
final class PartlyFrozenBlock extends WrappingBlock {
    /**
     * Wraps a network.
     *
     * @param network the network, initialised; borrowed
     * @throws IllegalArgumentException if a TorchScript module is frozen in part: its
     *     normalisations train as a whole or not at all
     */
    PartlyFrozenBlock(Block network) {
        super(network);
        requireDivisible(network);
    }

    private static void requireDivisible(Block block) {
        if (block instanceof SymbolBlock && hasFrozen(block) && !isFrozen(block)) {
            throw new IllegalArgumentException(
                    "expected a TorchScript module that is frozen as a whole or not at all, since its"
                            + " normalisations and its dropout cannot be told apart, found one that is"
                            + " frozen in part: let them follow the data");
        }
        for (Pair<String, Block> child : block.getChildren()) {
            requireDivisible(child.getValue());
        }
    }

    private static boolean hasFrozen(Block block) {
        return ParameterPaths.of(block).values().stream()
                .anyMatch(p -> !ParameterPaths.isStatistic(p) && !p.requiresGradient());
    }

    /** Whether it has parameters, and none of them is trained. */
    private static boolean isFrozen(Block block) {
        return !ParameterPaths.of(block).isEmpty()
                && ParameterPaths.of(block).values().stream()
                        .noneMatch(Parameter::requiresGradient);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> options) {
        return run(network(), parameters, inputs, training);
    }

    private static NDList run(
            Block block, ParameterStore parameters, NDList inputs, boolean training) {
        if (!training || isFrozen(block)) {
            NDList outputs = block.forward(parameters, inputs, false);
            return training && block instanceof SymbolBlock ? recordable(outputs) : outputs;
        }
        // A subclass may do other things than run its children one after another.
        if (block.getClass() != SequentialBlock.class
                || ((SequentialBlock) block).isReturnIntermediate()) {
            return block.forward(parameters, inputs, true);
        }
        NDList current = inputs;
        for (Pair<String, Block> child : block.getChildren()) {
            current = run(child.getValue(), parameters, current, true);
        }
        return current;
    }

    /** TorchScript gives inference tensors, which libtorch does not keep for a backward pass. */
    private static NDList recordable(NDList outputs) {
        NDList copies = new NDList(outputs.size());
        for (NDArray output : outputs) {
            copies.add(output.duplicate());
        }
        return copies;
    }
}
