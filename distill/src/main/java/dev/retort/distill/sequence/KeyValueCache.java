package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The keys and values of the positions so far, in memory for a fixed number of positions. */
final class KeyValueCache implements SequenceMixer.State {
    private final NDManager manager;
    private final NDArray keys;
    private final NDArray values;
    private final int capacity;
    private int length;

    KeyValueCache(
            NDManager parent, DataType type, int batch, int heads, int capacity, int headSize) {
        manager = parent.newSubManager();
        Shape shape = new Shape(batch, heads, capacity, headSize);
        keys = manager.zeros(shape, type);
        values = manager.zeros(shape, type);
        this.capacity = capacity;
    }

    /** Appends one position, shape (batch, heads, 1, head size) each. */
    void append(NDArray key, NDArray value) {
        if (length == capacity) {
            throw new IllegalStateException(
                    "expected at most %d positions, found one more".formatted(capacity));
        }
        NDIndex place = new NDIndex(":, :, {}:{}", length, length + 1);
        keys.set(place, key);
        values.set(place, value);
        length++;
    }

    /** The keys so far, a view in the given manager. */
    NDArray keys(NDManager owner) {
        return keys.get(owner, new NDIndex(":, :, :{}", length));
    }

    /** The values so far, a view in the given manager. */
    NDArray values(NDManager owner) {
        return values.get(owner, new NDIndex(":, :, :{}", length));
    }

    @Override
    public long bytes() {
        return 2L * keys.getDataType().getNumOfBytes() * keys.size() / capacity * length;
    }

    @Override
    public void close() {
        manager.close();
    }
}
