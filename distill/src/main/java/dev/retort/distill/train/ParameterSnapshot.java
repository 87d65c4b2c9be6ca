package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A copy of all parameters of a block, running statistics included, on the block's device. It owns
 * its memory.
 */
public final class ParameterSnapshot implements AutoCloseable {
    private final NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    private ParameterSnapshot(NDManager manager) {
        this.manager = manager;
    }

    /**
     * Copies the parameters of a block.
     *
     * @param block the block, initialised
     * @param parent the copy lives in a sub-manager of it
     * @return the copy
     */
    public static ParameterSnapshot of(Block block, NDManager parent) {
        ParameterSnapshot snapshot = new ParameterSnapshot(parent.newSubManager());
        try (GradientMode _ = GradientMode.off(parent.getEngine())) {
            for (Pair<String, Parameter> pair : block.getParameters()) {
                NDArray copy = pair.getValue().getArray().duplicate();
                copy.attach(snapshot.manager);
                snapshot.arrays.put(pair.getKey(), copy);
            }
        }
        return snapshot;
    }

    /**
     * Takes over arrays that were read from a file.
     *
     * @param arrays the arrays by the names of parameters; they belong to the snapshot afterwards
     * @param parent they live in a sub-manager of it
     * @return the snapshot
     */
    public static ParameterSnapshot of(Map<String, NDArray> arrays, NDManager parent) {
        ParameterSnapshot snapshot = new ParameterSnapshot(parent.newSubManager());
        arrays.values().forEach(array -> array.attach(snapshot.manager));
        snapshot.arrays.putAll(arrays);
        return snapshot;
    }

    /** The copies by the names of the parameters; they stay this snapshot's. */
    Map<String, NDArray> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    /**
     * Writes the copied values back, into the block that was copied or one of the same structure.
     *
     * @param block the block
     * @throws IllegalArgumentException if the block lacks a parameter or has one more
     */
    public void restore(Block block) {
        if (block.getParameters().size() != arrays.size()) {
            throw new IllegalArgumentException(
                    "expected a block with %d parameters, found %d"
                            .formatted(arrays.size(), block.getParameters().size()));
        }
        try (GradientMode _ = GradientMode.off(manager.getEngine())) {
            for (Pair<String, Parameter> pair : block.getParameters()) {
                NDArray copy = arrays.get(pair.getKey());
                if (copy == null) {
                    throw new IllegalArgumentException(
                            "the snapshot has no parameter " + pair.getKey());
                }
                InPlace.copy(copy, pair.getValue().getArray());
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
