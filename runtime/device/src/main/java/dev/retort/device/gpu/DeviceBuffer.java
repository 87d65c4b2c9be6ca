package dev.retort.device.gpu;

import org.jspecify.annotations.Nullable;

/** Device memory that is owned: whoever has it closes it. */
public final class DeviceBuffer extends DeviceMemory implements AutoCloseable {
    private final Lifetime lifetime;

    /** The stream in whose order the memory was allocated; null for memory of no pool. */
    private final @Nullable Stream stream;

    private DeviceBuffer(DeviceContext context, long address, long bytes, @Nullable Stream stream) {
        super(context, address, bytes);
        this.stream = stream;
        this.lifetime = new Lifetime(context, "device buffer of " + bytes + " bytes");
    }

    static DeviceBuffer allocate(DeviceContext context, long bytes) {
        context.checkOpen();
        checkSize(bytes);
        long address = context.call(() -> context.driver().memory().allocate(bytes));
        return new DeviceBuffer(context, address, bytes, null);
    }

    /** Memory that was allocated in the order of a stream. */
    static DeviceBuffer ofPool(Stream stream, long address, long bytes) {
        return new DeviceBuffer(stream.context(), address, bytes, stream);
    }

    static void checkSize(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "the size of an allocation is at least 1 byte, found " + bytes);
        }
    }

    /**
     * Frees the memory. Memory of a pool goes back to it in the order of the stream in which it was
     * allocated; if that stream is closed, the call synchronises the device first. For other memory
     * it may do so. A second call does nothing.
     */
    @Override
    public void close() {
        Stream order = stream;
        if (order != null && order.lifetime().open()) {
            close(order);
        } else {
            lifetime.close(() -> free(order != null));
        }
    }

    private void free(boolean ofPool) {
        if (ofPool) {
            // The driver does not wait for work that uses such memory; a closed stream may have it.
            context().driver().contexts().synchronize();
        }
        context().driver().memory().free(rawAddress());
    }

    /**
     * Frees memory of a pool in the order of a stream other than that of the allocation. A second
     * call does nothing.
     *
     * @param last the stream that uses the memory last
     * @throws IllegalStateException when the memory is not of a pool
     */
    public void close(Stream last) {
        if (stream == null) {
            throw new IllegalStateException(
                    lifetime.what() + " was not allocated in the order of a stream");
        }
        last.lifetime().checkIn(context());
        long handle = last.handle();
        lifetime.close(() -> context().driver().memory().freeAsync(rawAddress(), handle));
    }

    @Override
    void checkOpen() {
        lifetime.check();
    }

    @Override
    void recordUse(UsedMemory recorder) {
        recorder.add(lifetime);
    }
}
