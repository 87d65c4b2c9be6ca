package dev.retort.distill.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;
import dev.retort.distill.train.Seeds;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The usual augmentation of small images (He et al., "Deep residual learning for image
 * recognition", 2016, section 4.2): zeros are padded on all four sides, a window of the image's own
 * size is cut out at random, and half of the images are mirrored from left to right. Immutable.
 *
 * <p>A sample has views, numbered as the caller likes, by epoch for instance: the same seed, sample
 * and view give the same image, whatever the mini-batch, so a resumed training sees what it would
 * have seen. It is done on the heap, which for 28x28 pixels takes a microsecond or two an image;
 * images on a GPU are copied there and back, which waits for the device.
 *
 * @param padding the most pixels by which an image is moved up, down, left or right; 0 to leave it
 * @param mirrored whether half of the images are mirrored
 * @param seed decides, with sample and view, what is done to an image
 */
public record ImageAugmentation(int padding, boolean mirrored, long seed) {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int MIRROR_BIT = 1;

    /** Checks the components. */
    public ImageAugmentation {
        if (padding < 0) {
            throw new IllegalArgumentException(
                    "expected a padding of at least 0 pixels, found " + padding);
        }
    }

    /**
     * The same with another seed.
     *
     * @param seed decides, with sample and view, what is done to an image
     * @return the augmentation
     */
    public ImageAugmentation withSeed(long seed) {
        return new ImageAugmentation(padding, mirrored, seed);
    }

    /**
     * What makes a view of a sample, for {@link dev.retort.distill.cache.Augmentation.PerView}.
     *
     * @return settings and seed in words
     */
    public String recipe() {
        return "crop with padding %d%s, seed %d"
                .formatted(padding, mirrored ? ", mirrored at random" : "", seed);
    }

    /**
     * A source that trains on another view of each sample in each epoch.
     *
     * @param source mini-batches of images that know their {@linkplain Minibatch#positions
     *     positions}; their first data array is changed
     * @return the source
     */
    public BatchSource of(BatchSource source) {
        return BatchSource.mapped(
                source,
                (batch, epoch, owner) -> {
                    NDList data = new NDList(batch.data());
                    data.set(0, view(data.head(), batch.positions(), epoch, owner));
                    return batch.with(data, batch.labels());
                });
    }

    /**
     * One view of some samples.
     *
     * @param images {@code FLOAT32} of shape (batch, channels, height, width)
     * @param positions the places of the samples in their data set
     * @param view which view of them
     * @param owner owns the result
     * @return images of the same shape
     * @throws IllegalArgumentException if the images have another type or shape, or the number of
     *     positions is another
     */
    public NDArray view(NDArray images, long[] positions, long view, NDManager owner) {
        check(images, positions);
        Shape shape = images.getShape();
        MemorySegment source = MemorySegment.ofBuffer(images.toByteBuffer(true));
        NDArray made = owner.zeros(shape);
        ByteBuffer bytes = memory(made);
        MemorySegment target = MemorySegment.ofBuffer(bytes);
        int planes = Math.toIntExact(shape.get(1));
        Plane plane = new Plane(Math.toIntExact(shape.get(2)), Math.toIntExact(shape.get(3)));
        for (int i = 0; i < positions.length; i++) {
            long bits = Seeds.bits(seed, view, positions[i]);
            int down = shift(bits >>> 32);
            int right = shift(bits & 0xffff_fffeL);
            boolean mirror = mirrored && (bits & MIRROR_BIT) != 0;
            for (int p = 0; p < planes; p++) {
                long offset = ((long) i * planes + p) * plane.bytes();
                plane.copy(source, target, offset, down, right, mirror);
            }
        }
        if (!bytes.isDirect()) {
            made.set(bytes.order(ByteOrder.nativeOrder()).asFloatBuffer());
        }
        return made;
    }

    /** The memory of an array itself; of one that cannot be reached so, a buffer on the heap. */
    private static ByteBuffer memory(NDArray array) {
        if (!array.getDevice().isGpu()) {
            ByteBuffer memory = array.toByteBuffer(true);
            if (memory.isDirect()) {
                return memory;
            }
        }
        return ByteBuffer.allocate(Math.toIntExact(array.size() * Float.BYTES));
    }

    private static void check(NDArray images, long[] positions) {
        Shape shape = images.getShape();
        if (images.getDataType() != DataType.FLOAT32 || shape.dimension() != 4) {
            throw new IllegalArgumentException(
                    "expected images of float32 and shape (batch, channels, height, width) to augment, found %s of shape %s"
                            .formatted(images.getDataType(), shape));
        }
        if (positions.length != shape.get(0)) {
            throw new IllegalArgumentException(
                    "expected the positions of %d samples in their data set to augment them, found %d"
                            .formatted(shape.get(0), positions.length));
        }
    }

    /** From -padding to padding, by 32 random bits. */
    private int shift(long bits) {
        // The bias of the product is below 2^-27 for a padding of up to 15 pixels.
        return (int) ((bits * (2L * padding + 1)) >>> 32) - padding;
    }

    /**
     * One channel of an image.
     *
     * @param height its rows
     * @param width its pixels in a row
     */
    private record Plane(int height, int width) {
        long bytes() {
            return (long) height * width * Float.BYTES;
        }

        /** Copies a plane moved and then mirrored; the target is all zeros. */
        void copy(
                MemorySegment source,
                MemorySegment target,
                long offset,
                int down,
                int right,
                boolean mirror) {
            int firstColumn = Math.max(0, right);
            int columns = width - Math.abs(right);
            if (columns <= 0) {
                return;
            }
            for (int row = Math.max(0, down); row < Math.min(height, height + down); row++) {
                long from =
                        offset + ((long) (row - down) * width + Math.max(0, -right)) * Float.BYTES;
                long to = offset + ((long) row * width) * Float.BYTES;
                if (mirror) {
                    long last = to + (width - 1L - firstColumn) * Float.BYTES;
                    for (int i = 0; i < columns; i++) {
                        long step = (long) i * Float.BYTES;
                        target.set(FLOAT, last - step, source.get(FLOAT, from + step));
                    }
                } else {
                    MemorySegment.copy(
                            source,
                            from,
                            target,
                            to + (long) firstColumn * Float.BYTES,
                            (long) columns * Float.BYTES);
                }
            }
        }
    }
}
