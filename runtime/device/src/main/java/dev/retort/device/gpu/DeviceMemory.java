package dev.retort.device.gpu;

import dev.retort.cuda.CudaMemory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A range of device memory: either a {@link DeviceBuffer}, which owns it, or a borrowed view, which
 * is usable as long as its owner is open and is never closed.
 *
 * <p>The host cannot read it; all access is by copies, fills and kernels. May be used from any
 * thread. The copies that take a {@link Stream} are done in its order and do not wait; those
 * without one wait for all work of the context first and return when the copy is done.
 */
public abstract sealed class DeviceMemory permits DeviceBuffer, DeviceSlice {
    /** How much of a copy from or to the Java heap goes through native memory at once. */
    private static final long STAGE_BYTES = 1 << 20;

    /** The stream of the copies that are given none. */
    private static final long LEGACY_STREAM = 0;

    private final DeviceContext context;
    private final long address;
    private final long byteSize;

    DeviceMemory(DeviceContext context, long address, long byteSize) {
        if (byteSize < 0) {
            throw new IllegalArgumentException("a size is not negative: " + byteSize);
        }
        this.context = context;
        this.address = address;
        this.byteSize = byteSize;
    }

    /** The address, also of memory that is being closed. */
    final long rawAddress() {
        return address;
    }

    /** Passes while the memory is there. */
    abstract void checkOpen();

    /** Tells a recording what it uses. */
    abstract void recordUse(UsedMemory recorder);

    /**
     * Where the memory lives.
     *
     * @return its context
     */
    public final DeviceContext context() {
        return context;
    }

    /**
     * Its size.
     *
     * @return bytes
     */
    public final long byteSize() {
        return byteSize;
    }

    /**
     * Its address on the device, for other libraries. It is valid as long as the owner is open.
     *
     * @return a {@code CUdeviceptr}
     * @throws IllegalStateException when the owner is closed
     */
    public final long address() {
        checkOpen();
        return address;
    }

    /**
     * A part of this memory, borrowed.
     *
     * @param offset where it begins, in bytes
     * @param bytes its size
     * @return the view
     * @throws IndexOutOfBoundsException when it does not lie within this memory
     */
    public DeviceMemory slice(long offset, long bytes) {
        checkOpen();
        if (offset < 0 || bytes < 0 || bytes > byteSize - offset) {
            throw new IndexOutOfBoundsException(
                    "slice: bytes %d to %d do not lie in %d bytes of device memory"
                            .formatted(offset, offset + bytes, byteSize));
        }
        return new DeviceSlice(this, address + offset, bytes);
    }

    /**
     * Copies host memory to the beginning of this memory. This synchronises the device; when it
     * returns, the copy is done for the work of every stream.
     *
     * @param host host memory, on or off the Java heap
     * @throws IllegalArgumentException when it is larger than this memory
     */
    public final void copyFrom(MemorySegment host) {
        checkFits("copyFrom", host.byteSize(), "host memory");
        long target = address();
        CudaMemory memory = memory();
        context.run(
                () -> {
                    context.driver().contexts().synchronize();
                    if (host.isNative()) {
                        memory.copyToDevice(target, host);
                    } else {
                        copyInPieces(
                                host,
                                (stage, at) -> {
                                    stage.copyFrom(host.asSlice(at, stage.byteSize()));
                                    memory.copyToDevice(target + at, stage);
                                });
                    }
                    // The last bytes may be on their way, and our streams do not wait for this one.
                    context.driver().streams().synchronize(LEGACY_STREAM);
                });
    }

    /**
     * Copies the beginning of this memory to the host. This synchronises the device.
     *
     * @param host host memory, on or off the Java heap; all of it is written
     * @throws IllegalArgumentException when it is larger than this memory
     */
    public final void copyTo(MemorySegment host) {
        checkFits("copyTo", host.byteSize(), "host memory");
        long source = address();
        CudaMemory memory = memory();
        context.run(
                () -> {
                    context.driver().contexts().synchronize();
                    if (host.isNative()) {
                        memory.copyToHost(host, source);
                    } else {
                        copyInPieces(
                                host,
                                (stage, at) -> {
                                    memory.copyToHost(stage, source + at);
                                    host.asSlice(at, stage.byteSize()).copyFrom(stage);
                                });
                    }
                });
    }

    /** One piece of a copy through native memory. */
    @FunctionalInterface
    private interface Piece {
        /**
         * Copies a piece.
         *
         * @param stage native memory of the piece's size
         * @param at where the piece begins
         */
        void copy(MemorySegment stage, long at);
    }

    private static void copyInPieces(MemorySegment host, Piece piece) {
        long bytes = host.byteSize();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stage = arena.allocate(Math.min(STAGE_BYTES, bytes), Long.BYTES);
            for (long at = 0; at < bytes; at += STAGE_BYTES) {
                piece.copy(stage.asSlice(0, Math.min(STAGE_BYTES, bytes - at)), at);
            }
        }
    }

    /**
     * Copies host memory to the beginning of this memory in the order of a stream.
     *
     * @param host native host memory; it stays alive and unchanged until the stream has done the
     *     copy. If it is not page-locked, the call may wait.
     * @param stream a stream of the same context
     */
    public final void copyFrom(MemorySegment host, Stream stream) {
        checkFits("copyFrom", host.byteSize(), "host memory");
        boolean pushed = begin(stream);
        try {
            recordUse(stream, host);
            memory().copyToDeviceAsync(address, host, stream.handle());
        } finally {
            end(pushed);
        }
    }

    /**
     * Copies the beginning of this memory to the host in the order of a stream.
     *
     * @param host native host memory, all of which is written; it stays alive until the stream has
     *     done the copy. If it is not page-locked, the call may wait.
     * @param stream a stream of the same context
     */
    public final void copyTo(MemorySegment host, Stream stream) {
        checkFits("copyTo", host.byteSize(), "host memory");
        boolean pushed = begin(stream);
        try {
            recordUse(stream, host);
            memory().copyToHostAsync(host, address, stream.handle());
        } finally {
            end(pushed);
        }
    }

    /**
     * Copies other device memory to the beginning of this memory in the order of a stream, also
     * from another device; when the devices cannot reach each other it goes through the host.
     *
     * @param source the other memory, all of which is read; the ranges do not overlap
     * @param stream a stream of this memory's context
     */
    public final void copyFrom(DeviceMemory source, Stream stream) {
        checkFits("copyFrom", source.byteSize(), "device memory");
        source.checkOpen();
        boolean pushed = begin(stream);
        try {
            UsedMemory recorder = stream.recorder();
            if (recorder != null) {
                source.recordUse(recorder);
            }
            if (source.context == context) {
                memory().copyOnDeviceAsync(
                                address, source.address, source.byteSize, stream.handle());
            } else {
                context.driver()
                        .peers()
                        .copyAsync(
                                address,
                                context.rawHandle(),
                                source.address,
                                source.context.rawHandle(),
                                source.byteSize,
                                stream.handle());
            }
        } finally {
            end(pushed);
        }
    }

    /**
     * Sets every byte in the order of a stream.
     *
     * @param value the byte
     * @param stream a stream of the same context
     */
    public final void fill(byte value, Stream stream) {
        boolean pushed = begin(stream);
        try {
            memory().fillAsync(address, value, byteSize, stream.handle());
        } finally {
            end(pushed);
        }
    }

    /**
     * Sets every group of four bytes in the order of a stream.
     *
     * @param value the four bytes, for example {@code Float.floatToRawIntBits(1f)}
     * @param stream a stream of the same context
     * @throws IllegalArgumentException when address and size are not multiples of 4
     */
    public final void fillInts(int value, Stream stream) {
        if (address % Integer.BYTES != 0 || byteSize % Integer.BYTES != 0) {
            throw new IllegalArgumentException(
                    "fillInts: address and size must be multiples of 4, found %d bytes at %#x"
                            .formatted(byteSize, address));
        }
        boolean pushed = begin(stream);
        try {
            memory().fillIntsAsync(address, value, byteSize / Integer.BYTES, stream.handle());
        } finally {
            end(pushed);
        }
    }

    private CudaMemory memory() {
        return context.driver().memory();
    }

    private boolean begin(Stream stream) {
        checkOpen();
        stream.lifetime().checkIn(context);
        UsedMemory recorder = stream.recorder();
        if (recorder != null) {
            recordUse(recorder);
        }
        return context.makeCurrent();
    }

    private void end(boolean pushed) {
        if (pushed) {
            context.leave();
        }
    }

    private static void recordUse(Stream stream, MemorySegment host) {
        UsedMemory recorder = stream.recorder();
        if (recorder != null) {
            recorder.add(host.scope());
        }
    }

    private void checkFits(String function, long bytes, String of) {
        if (bytes > byteSize) {
            throw new IllegalArgumentException(
                    "%s: %d bytes of %s do not fit %d bytes of device memory"
                            .formatted(function, bytes, of, byteSize));
        }
    }
}
