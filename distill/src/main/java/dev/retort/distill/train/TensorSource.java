package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Samples that lie on the device as whole arrays, in their own order or shuffled anew each epoch by
 * seed. The same seed, epoch and batch size give the same mini-batches on every machine.
 *
 * <p>Shuffling gathers the samples of many mini-batches in one operation and hands out views of the
 * result, so that a step pays for no gather of its own. The arrays are borrowed: whoever made them
 * closes them, after the last pass.
 */
public final class TensorSource implements BatchSource {
    // Large enough to spread the cost of a gather over many small steps, small enough to add
    // little memory: 8,192 Fashion-MNIST images are 25 MiB.
    private static final int GATHERED_SAMPLES = 8192;

    private final NDArray data;
    private final NDList labels;
    private final int batchSize;
    private final OptionalLong seed;
    private final long size;

    private TensorSource(NDArray data, NDList labels, int batchSize, OptionalLong seed) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "expected a batch size of at least 1, found " + batchSize);
        }
        size = data.size(0);
        for (NDArray label : labels) {
            if (label.size(0) != size) {
                throw new IllegalArgumentException(
                        "expected %d labels, one a sample, found %d"
                                .formatted(size, label.size(0)));
            }
        }
        this.data = data;
        this.labels = labels;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /**
     * A source whose passes keep the order of the samples.
     *
     * @param data the inputs; the first axis counts the samples
     * @param labels what the loss needs, each with the same first axis
     * @param batchSize samples a mini-batch; the last one may be smaller
     * @return the source
     */
    public static TensorSource ordered(NDArray data, NDList labels, int batchSize) {
        return new TensorSource(data, labels, batchSize, OptionalLong.empty());
    }

    /**
     * A source whose passes are shuffled.
     *
     * @param data the inputs; the first axis counts the samples
     * @param labels what the loss needs, each with the same first axis
     * @param batchSize samples a mini-batch; the last one may be smaller
     * @param seed decides, with the epoch, the order of each pass
     * @return the source
     */
    public static TensorSource shuffled(NDArray data, NDList labels, int batchSize, long seed) {
        return new TensorSource(data, labels, batchSize, OptionalLong.of(seed));
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public long batches() {
        return (size + batchSize - 1) / batchSize;
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        return new ChunkedPass(manager.newSubManager(), epoch);
    }

    /** The order of the samples in an epoch, by Fisher and Yates. */
    private static long[] permutation(int size, long seed, int epoch) {
        RandomGenerator random = Seeds.generator(seed, epoch);
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** Walks over chunks of whole mini-batches; a chunk is split into views by one operation. */
    private final class ChunkedPass implements Pass {
        private final NDManager manager;
        private final long @Nullable [] positions;
        private final @Nullable NDArray order;
        private final long chunkSize;
        private long nextSample;
        private long given;
        private @Nullable NDManager chunkManager;
        private List<NDList> chunk = List.of();
        private int nextInChunk;
        private int skippedInChunk;

        ChunkedPass(NDManager manager, int epoch) {
            this.manager = manager;
            positions =
                    seed.isPresent()
                            ? permutation(Math.toIntExact(size), seed.getAsLong(), epoch)
                            : null;
            order = positions == null ? null : manager.create(positions);
            chunkSize = (long) Math.max(1, GATHERED_SAMPLES / batchSize) * batchSize;
        }

        @Override
        public @Nullable Minibatch next(NDManager stepManager) {
            if (nextInChunk == chunk.size() && !loadChunk()) {
                return null;
            }
            NDList arrays = chunk.get(nextInChunk++);
            arrays.attach(stepManager);
            NDArray head = arrays.head();
            int count = Math.toIntExact(head.size(0));
            long first = given;
            given += count;
            NDList inputs = new NDList(head);
            return positions == null
                    ? Minibatch.ofRange(inputs, arrays.subNDList(1), count, first)
                    : Minibatch.ofOrder(inputs, arrays.subNDList(1), count, positions, first);
        }

        @Override
        public void skip(long batches, NDManager scope) {
            given = Math.min(size, given + Math.multiplyExact(batches, (long) batchSize));
            // The same chunks as without a skip, so that the same samples lie at the same
            // addresses of a chunk: sums in vector registers depend on that.
            long passed = given == size ? 0 : given % chunkSize;
            nextSample = given - passed;
            chunk = List.of();
            nextInChunk = 0;
            skippedInChunk = Math.toIntExact(passed / batchSize);
        }

        private boolean loadChunk() {
            if (chunkManager != null) {
                chunkManager.close();
            }
            if (nextSample >= size) {
                chunkManager = null;
                return false;
            }
            NDManager owner = manager.newSubManager();
            chunkManager = owner;
            long end = Math.min(size, nextSample + chunkSize);
            NDIndex range = rangeIndex(owner, nextSample, end);
            List<NDList> split = new ArrayList<>();
            addViews(split, data.get(owner, range));
            for (NDArray label : labels) {
                addViews(split, label.get(owner, range));
            }
            chunk = split;
            nextInChunk = skippedInChunk;
            skippedInChunk = 0;
            nextSample = end;
            return true;
        }

        private NDIndex rangeIndex(NDManager owner, long from, long to) {
            NDIndex slice = new NDIndex().addSliceDim(from, to);
            if (order == null) {
                return slice;
            }
            return new NDIndex("{}", order.get(owner, slice));
        }

        private void addViews(List<NDList> split, NDArray array) {
            long count = (array.size(0) + batchSize - 1) / batchSize;
            long[] cuts = new long[Math.toIntExact(count - 1)];
            for (int i = 0; i < cuts.length; i++) {
                cuts[i] = (long) (i + 1) * batchSize;
            }
            NDList views = cuts.length == 0 ? new NDList(array) : array.split(cuts);
            for (int i = 0; i < count; i++) {
                if (split.size() <= i) {
                    split.add(new NDList());
                }
                split.get(i).add(views.get(i));
            }
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
