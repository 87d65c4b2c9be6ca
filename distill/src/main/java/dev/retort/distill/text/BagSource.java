package dev.retort.distill.text;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;
import dev.retort.distill.train.Seeds;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/**
 * Windows of tokens as bags: how often a window has each token, divided by its length. They are
 * made batch by batch, since all of them would need a number for each window and token. What the
 * teacher says of a window is its label.
 */
final class BagSource implements BatchSource {
    private final TokenWindows windows;
    private final int[] columns;
    private final int width;
    private final float[] targets;
    private final int dimensions;
    private final int batchSize;
    private final long seed;

    /**
     * A source that is shuffled anew each epoch.
     *
     * @param columns the column of each token
     * @param width the number of columns
     * @param targets a row for each window
     * @param dimensions the length of a row
     */
    BagSource(
            TokenWindows windows,
            int[] columns,
            int width,
            float[] targets,
            int dimensions,
            int batchSize,
            long seed) {
        this.windows = windows;
        this.columns = columns;
        this.width = width;
        this.targets = targets;
        this.dimensions = dimensions;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /** The order is drawn from the seed and the epoch alone. */
    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public long batches() {
        return Math.ceilDiv((long) windows.size(), batchSize);
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        RandomGenerator random = Seeds.generator(seed, epoch);
        int[] order = new int[windows.size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return new Bags(order);
    }

    private final class Bags implements Pass {
        private final int[] order;
        private int next;

        Bags(int[] order) {
            this.order = order;
        }

        @Override
        public @Nullable Minibatch next(NDManager manager) {
            int count = Math.min(batchSize, order.length - next);
            if (count == 0) {
                return null;
            }
            float[] bags = new float[count * width];
            float[] labels = new float[count * dimensions];
            for (int row = 0; row < count; row++) {
                int window = order[next + row];
                int[] tokens = windows.tokens(window);
                for (int token : tokens) {
                    bags[row * width + columns[token]] += 1f / tokens.length;
                }
                System.arraycopy(
                        targets, window * dimensions, labels, row * dimensions, dimensions);
            }
            next += count;
            return new Minibatch(
                    new NDList(manager.create(bags, new Shape(count, width))),
                    new NDList(manager.create(labels, new Shape(count, dimensions))),
                    count);
        }

        @Override
        public void close() {}
    }
}
