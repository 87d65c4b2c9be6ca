package dev.retort.device.gpu;

import dev.retort.cuda.CudaPools;
import dev.retort.cuda.CudaPools.Attribute;

/**
 * Device memory that is allocated and freed in the order of streams, without waiting for the
 * device: a freed block is used again by later work of the same stream, and by another one as soon
 * as that is safe. May be used from any thread.
 */
public final class MemoryPool implements AutoCloseable {
    private final DeviceContext context;
    private final CudaPools pools;
    private final long handle;
    private final boolean owned;
    private final Lifetime lifetime;

    private MemoryPool(DeviceContext context, long handle, boolean owned) {
        this.context = context;
        this.pools = context.driver().pools();
        this.handle = handle;
        this.owned = owned;
        this.lifetime = new Lifetime(context, owned ? "memory pool" : "default memory pool");
    }

    static MemoryPool create(DeviceContext context) {
        context.checkOpen();
        long handle =
                context.call(() -> context.driver().pools().create(context.device().handle()));
        return new MemoryPool(context, handle, true);
    }

    static MemoryPool shared(DeviceContext context) {
        context.checkOpen();
        long handle =
                context.call(() -> context.driver().pools().defaultPool(context.device().handle()));
        return new MemoryPool(context, handle, false);
    }

    /**
     * What a pool holds.
     *
     * @param reservedBytes device memory that it holds now
     * @param reservedHighBytes the most that it ever held, since the last {@link #resetHighs()}
     * @param usedBytes memory that is allocated from it now
     * @param usedHighBytes the most that was ever allocated from it, since then
     */
    public record Statistics(
            long reservedBytes, long reservedHighBytes, long usedBytes, long usedHighBytes) {}

    /**
     * Allocates memory in the order of a stream.
     *
     * @param bytes how much, more than 0
     * @param stream the stream; its later work may use the memory, that of another stream after
     *     waiting for this one
     * @return the memory, with undefined content, owned by the caller
     * @throws dev.retort.cuda.OutOfDeviceMemoryException when there is not enough
     */
    public DeviceBuffer allocate(long bytes, Stream stream) {
        lifetime.check();
        DeviceBuffer.checkSize(bytes);
        stream.lifetime().checkIn(context);
        boolean pushed = context.makeCurrent();
        try {
            long address = pools.allocate(handle, bytes, stream.handle());
            return DeviceBuffer.ofPool(stream, address, bytes);
        } finally {
            if (pushed) {
                context.leave();
            }
        }
    }

    /**
     * How much unused memory the pool keeps when a program waits for the device. With the driver's
     * default of 0 a loop that waits in every turn allocates anew in every turn.
     *
     * @param bytes how much; {@link Long#MAX_VALUE} for all
     */
    public void setReleaseThreshold(long bytes) {
        lifetime.check();
        checkNotNegative(bytes);
        context.run(() -> pools.setAttribute(handle, Attribute.RELEASE_THRESHOLD, bytes));
    }

    /**
     * The threshold of {@link #setReleaseThreshold}.
     *
     * @return bytes
     */
    public long releaseThreshold() {
        return attribute(Attribute.RELEASE_THRESHOLD);
    }

    /**
     * Gives unused memory back to the device.
     *
     * @param bytesToKeep how much the pool may go on holding, used memory included
     */
    public void trim(long bytesToKeep) {
        lifetime.check();
        checkNotNegative(bytesToKeep);
        context.run(() -> pools.trim(handle, bytesToKeep));
    }

    /**
     * What the pool holds. This does not wait for the device.
     *
     * @return the statistics
     */
    public Statistics statistics() {
        return new Statistics(
                attribute(Attribute.RESERVED_CURRENT),
                attribute(Attribute.RESERVED_HIGH),
                attribute(Attribute.USED_CURRENT),
                attribute(Attribute.USED_HIGH));
    }

    /** Lets the highs of the statistics begin anew at what is held and used now. */
    public void resetHighs() {
        lifetime.check();
        context.run(
                () -> {
                    pools.setAttribute(handle, Attribute.RESERVED_HIGH, 0);
                    pools.setAttribute(handle, Attribute.USED_HIGH, 0);
                });
    }

    /**
     * Lets kernels and copies of another device reach the memory of this pool.
     *
     * @param device a device that {@linkplain Device#canAccess can access} this pool's
     */
    public void allowAccess(Device device) {
        lifetime.check();
        context.run(() -> pools.allowAccess(handle, device.handle()));
    }

    /**
     * Destroys a pool that was created; memory of it stays usable until it is freed. A second call
     * does nothing.
     */
    @Override
    public void close() {
        lifetime.close(
                () -> {
                    if (owned) {
                        pools.destroy(handle);
                    }
                });
    }

    private long attribute(Attribute attribute) {
        lifetime.check();
        return context.call(() -> pools.attribute(handle, attribute));
    }

    private static void checkNotNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + bytes);
        }
    }
}
