package dev.retort.device.gpu;

import dev.retort.cuda.CudaGraphs;

/**
 * Recorded work that is ready to launch, owned. Memory that the work uses must stay open; the
 * launch checks that. May be used from any thread; it runs once at a time.
 */
public final class ExecutableGraph implements AutoCloseable {
    private final DeviceContext context;
    private final CudaGraphs graphs;
    private final long handle;
    private final UsedMemory memory;
    private final Lifetime lifetime;

    ExecutableGraph(DeviceContext context, long handle, UsedMemory memory) {
        this.context = context;
        this.graphs = context.driver().graphs();
        this.handle = handle;
        this.memory = memory;
        this.lifetime = new Lifetime(context, "executable graph");
    }

    /**
     * Brings the work to the device ahead of its first launch, in the order of a stream.
     *
     * @param stream a stream of the same context
     */
    public void upload(Stream stream) {
        lifetime.check();
        stream.lifetime().checkIn(context);
        context.run(() -> graphs.upload(handle, stream.handle()));
    }

    /**
     * Launches the work in the order of a stream. This does not wait and allocates nothing.
     *
     * @param stream a stream of the same context
     * @throws IllegalStateException when memory that the work uses was closed
     */
    public void launch(Stream stream) {
        lifetime.check();
        stream.lifetime().checkIn(context);
        memory.check();
        boolean pushed = context.makeCurrent();
        try {
            graphs.launch(handle, stream.handle());
        } finally {
            if (pushed) {
                context.leave();
            }
        }
    }

    /** Destroys it; a launch in progress is still done. A second call does nothing. */
    @Override
    public void close() {
        lifetime.close(() -> graphs.destroyExecutable(handle));
    }
}
