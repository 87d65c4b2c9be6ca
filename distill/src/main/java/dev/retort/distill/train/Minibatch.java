package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The inputs of one step. Its arrays belong to the manager that was given to {@link
 * BatchSource.Pass#next} and die with it.
 */
public final class Minibatch {
    private static final long UNKNOWN = -1;

    private final NDList data;
    private final NDList labels;
    private final int size;
    private final long @Nullable [] order;
    private final long first;

    private Minibatch(NDList data, NDList labels, int size, long @Nullable [] order, long first) {
        this.data = requireNonNull(data, "data is null");
        this.labels = requireNonNull(labels, "labels is null");
        this.size = size;
        this.order = order;
        this.first = first;
    }

    /**
     * A mini-batch of samples whose places in their data set are not known.
     *
     * @param data what the block is given; the first axis of each array counts the samples, or rows
     *     of as many samples each, such as the bytes of a window
     * @param labels what the loss is given beside the block's output, in the same order
     * @param size the number of samples
     */
    public Minibatch(NDList data, NDList labels, int size) {
        this(data, labels, size, null, UNKNOWN);
    }

    /** Neighbours in their data set. */
    static Minibatch ofRange(NDList data, NDList labels, int size, long first) {
        return new Minibatch(data, labels, size, null, first);
    }

    /** A stretch of an order, which is borrowed: a step copies nothing. */
    static Minibatch ofOrder(NDList data, NDList labels, int size, long[] order, long first) {
        return new Minibatch(data, labels, size, order, first);
    }

    /**
     * The same samples with other arrays, each with the same first axis.
     *
     * @param newData what the block is given
     * @param newLabels what the loss is given
     * @return the mini-batch
     */
    public Minibatch with(NDList newData, NDList newLabels) {
        return new Minibatch(newData, newLabels, size, order, first);
    }

    /** Into how many parts it can be split: the rows of its data. */
    int rows() {
        int rows = Math.toIntExact(data.head().size(0));
        if (rows == 0 || size % rows != 0) {
            throw new IllegalArgumentException(
                    "expected rows of as many samples each, found %d samples in %d rows"
                            .formatted(size, rows));
        }
        return rows;
    }

    /**
     * Some of the samples.
     *
     * @param from the first row of them
     * @param count how many rows, at least 1
     * @param owner owns the arrays of the part
     */
    Minibatch part(int from, int count, NDManager owner) {
        int samples = size / rows();
        return new Minibatch(
                part(data, from, count, owner),
                part(labels, from, count, owner),
                count * samples,
                order,
                first == UNKNOWN ? UNKNOWN : first + (long) from * samples);
    }

    private NDList part(NDList arrays, int from, int count, NDManager owner) {
        NDList parts = new NDList(arrays.size());
        for (NDArray array : arrays) {
            long each = array.size(0) / rows();
            NDIndex slice = new NDIndex().addSliceDim(from * each, (from + count) * each);
            parts.add(array.get(owner, slice));
        }
        return parts;
    }

    /**
     * What the block is given.
     *
     * @return arrays whose first axis counts the samples, or rows of as many samples each
     */
    public NDList data() {
        return data;
    }

    /**
     * What the loss is given beside the block's output.
     *
     * @return arrays whose first axis counts the samples, or rows of as many samples each
     */
    public NDList labels() {
        return labels;
    }

    /**
     * The number of samples.
     *
     * @return at least 1
     */
    public int size() {
        return size;
    }

    /**
     * Where the samples stand in their data set.
     *
     * @return a new array with a place from 0 for each sample; empty if the source does not know
     */
    public long[] positions() {
        if (first == UNKNOWN) {
            return new long[0];
        }
        return order == null
                ? LongStream.range(first, first + size).toArray()
                : Arrays.copyOfRange(order, Math.toIntExact(first), Math.toIntExact(first + size));
    }
}
