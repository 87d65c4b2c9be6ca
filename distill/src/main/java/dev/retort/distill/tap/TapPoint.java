package dev.retort.distill.tap;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import ai.djl.util.PairList;

import org.jspecify.annotations.Nullable;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A block that hands on what it is given, and marks a place that can be tapped inside of blocks
 * whose order of work is not known from outside, such as the branches of a parallel block. It has
 * no parameters and costs nothing where it is not tapped.
 *
 * <p>Confined to one thread at a time.
 */
public final class TapPoint extends AbstractBlock {
    private boolean armed;
    private @Nullable NDList seen;

    /** A place, which is named by its path. */
    public TapPoint() {}

    /** All points in a network by their paths. */
    static NavigableMap<String, TapPoint> in(Block network) {
        NavigableMap<String, TapPoint> points = new TreeMap<>();
        collect("", network, points);
        return points;
    }

    private static void collect(String prefix, Block block, NavigableMap<String, TapPoint> points) {
        for (Pair<String, Block> child : block.getChildren()) {
            String path = prefix + TapWalk.name(child);
            if (child.getValue() instanceof TapPoint point) {
                points.put(path, point);
            }
            collect(path + "/", child.getValue(), points);
        }
    }

    /** Has the next pass remembered. */
    void arm() {
        armed = true;
        seen = null;
    }

    /** What the last pass brought, once; {@code null} if it did not come here. */
    @Nullable NDList take() {
        NDList taken = seen;
        armed = false;
        seen = null;
        return taken;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> options) {
        if (armed) {
            seen = inputs;
        }
        return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {}
}
