package dev.retort.device.gpu;

import dev.retort.cuda.CudaMemory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Page-locked host memory, owned. Copies from and to it run beside other work of the device. It
 * takes memory away from the rest of the machine and is slow to make: keep it.
 */
public final class PinnedBuffer implements AutoCloseable {
    private final CudaMemory memory;
    private final MemorySegment allocated;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final Lifetime lifetime;

    private PinnedBuffer(DeviceContext context, MemorySegment allocated) {
        this.memory = context.driver().memory();
        this.allocated = allocated;
        this.segment = memory.pinnedFor(allocated, arena);
        this.lifetime =
                new Lifetime(context, "pinned buffer of " + allocated.byteSize() + " bytes");
    }

    static PinnedBuffer allocate(DeviceContext context, long bytes) {
        context.checkOpen();
        DeviceBuffer.checkSize(bytes);
        return new PinnedBuffer(
                context, context.call(() -> context.driver().memory().allocatePinned(bytes)));
    }

    /**
     * The memory, accessible from every thread until {@link #close()}, which ends it: later access
     * is an {@link IllegalStateException}.
     *
     * @return the memory
     */
    public MemorySegment segment() {
        lifetime.check();
        return segment;
    }

    /**
     * Frees the memory. Work that copies from or to it must be done: wait for its stream first. A
     * second call does nothing.
     */
    @Override
    public void close() {
        lifetime.close(
                () -> {
                    arena.close();
                    memory.freePinned(allocated);
                });
    }
}
