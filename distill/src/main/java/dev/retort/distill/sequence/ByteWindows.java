package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;
import dev.retort.distill.train.Seeds;

import org.jspecify.annotations.Nullable;

import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Windows of a text for a language model: the data are bytes, {@code INT64} of shape (windows,
 * length), the labels each one's next byte, of shape (windows &times; length). A sample is a byte,
 * so that losses are means over bytes.
 */
public final class ByteWindows implements BatchSource {
    private final byte[] text;
    private final int length;
    private final int windows;
    private final long batches;
    private final OptionalLong seed;

    private ByteWindows(byte[] text, int length, int windows, long batches, OptionalLong seed) {
        if (length < 1 || windows < 1 || batches < 1) {
            throw new IllegalArgumentException(
                    "expected a length, windows and batches of at least 1, found %d, %d and %d"
                            .formatted(length, windows, batches));
        }
        if (text.length <= length) {
            throw new IllegalArgumentException(
                    "expected a text of more than %d bytes, found %d"
                            .formatted(length, text.length));
        }
        this.text = text;
        this.length = length;
        this.windows = windows;
        this.batches = batches;
        this.seed = seed;
    }

    /**
     * Windows drawn at random, each place as likely as another.
     *
     * @param text the text; borrowed, not to be changed
     * @param length bytes of a window
     * @param windows windows of a mini-batch
     * @param batches mini-batches of a pass
     * @param seed decides, with the epoch, which windows are drawn
     * @return the source
     */
    public static ByteWindows random(
            byte[] text, int length, int windows, long batches, long seed) {
        return new ByteWindows(text, length, windows, batches, OptionalLong.of(seed));
    }

    /**
     * The same windows in each pass, equally far apart over the whole text.
     *
     * @param text the text; borrowed, not to be changed
     * @param length bytes of a window
     * @param windows windows of a mini-batch
     * @param batches mini-batches of a pass
     * @return the source
     */
    public static ByteWindows spread(byte[] text, int length, int windows, long batches) {
        return new ByteWindows(text, length, windows, batches, OptionalLong.empty());
    }

    @Override
    public long batches() {
        return batches;
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        return new WindowPass(seed.isPresent() ? Seeds.generator(seed.getAsLong(), epoch) : null);
    }

    private final class WindowPass implements Pass {
        private final @Nullable RandomGenerator random;
        private long given;

        WindowPass(@Nullable RandomGenerator random) {
            this.random = random;
        }

        @Override
        public @Nullable Minibatch next(NDManager manager) {
            if (given == batches) {
                return null;
            }
            long[] data = new long[windows * length];
            long[] labels = new long[data.length];
            for (int window = 0; window < windows; window++) {
                int start = start(given * windows + window);
                for (int i = 0; i < length; i++) {
                    data[window * length + i] = Byte.toUnsignedLong(text[start + i]);
                    labels[window * length + i] = Byte.toUnsignedLong(text[start + i + 1]);
                }
            }
            given++;
            NDArray bytes = manager.create(data, new Shape(windows, length));
            return new Minibatch(
                    new NDList(bytes), new NDList(manager.create(labels)), data.length);
        }

        private int start(long index) {
            int places = text.length - length;
            return random != null
                    ? random.nextInt(places)
                    : (int) (index * places / (batches * windows));
        }

        @Override
        public void close() {}
    }
}
