package dev.retort.distill.tap;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;

import java.util.NavigableMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Runs a network as it runs itself, and shows the output of each block on the way. It goes into
 * sequential blocks, whose order of work is known; other blocks run as a whole, and of what is in
 * them the points are shown.
 */
record TapWalk(
        ParameterStore parameters,
        boolean training,
        NavigableMap<String, TapPoint> points,
        BiConsumer<String, NDList> seen) {
    /**
     * Runs a network.
     *
     * @param inside whether to go into the sequential block whose path, with a slash at its end, is
     *     given; the network's own is empty
     */
    NDList run(Block network, NDList inputs, Predicate<String> inside) {
        NDList output = walk("", network, inputs, inside);
        seen.accept(Tap.OUTPUT, output);
        return output;
    }

    private NDList walk(String prefix, Block block, NDList inputs, Predicate<String> inside) {
        if (!isOpen(block) || !inside.test(prefix)) {
            return runWhole(prefix, block, inputs);
        }
        NDList current = inputs;
        for (Pair<String, Block> child : block.getChildren()) {
            String path = prefix + name(child);
            current = walk(path + "/", child.getValue(), current, inside);
            seen.accept(path, current);
        }
        return current;
    }

    private NDList runWhole(String prefix, Block block, NDList inputs) {
        NavigableMap<String, TapPoint> inside =
                points.subMap(prefix, true, prefix + Character.MAX_VALUE, true);
        inside.values().forEach(TapPoint::arm);
        NDList output = block.forward(parameters, inputs, training);
        inside.forEach(
                (path, point) -> {
                    NDList taken = point.take();
                    if (taken != null) {
                        seen.accept(path, taken);
                    }
                });
        return output;
    }

    /** DJL's name of a child, with that of a lambda for its class. */
    static String name(Pair<String, Block> child) {
        String key = child.getKey();
        return child.getValue() instanceof LambdaBlock lambda
                        && !lambda.getName().equals(LambdaBlock.DEFAULT_NAME)
                ? key.replace(LambdaBlock.class.getSimpleName(), lambda.getName())
                : key;
    }

    /** A subclass may do other things than run its children one after another. */
    private static boolean isOpen(Block block) {
        return block.getClass() == SequentialBlock.class
                && !((SequentialBlock) block).isReturnIntermediate();
    }
}
