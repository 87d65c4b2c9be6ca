package dev.retort.device.gpu;

import dev.retort.cuda.CudaException;
import dev.retort.cuda.CudaGraphs;

/** Work of a stream that was recorded, owned. It does nothing until it is instantiated. */
public final class Graph implements AutoCloseable {
    private final DeviceContext context;
    private final CudaGraphs graphs;
    private final long handle;
    private final UsedMemory memory;
    private final Lifetime lifetime;

    private Graph(DeviceContext context, long handle, UsedMemory memory) {
        this.context = context;
        this.graphs = context.driver().graphs();
        this.handle = handle;
        this.memory = memory;
        this.lifetime = new Lifetime(context, "graph");
    }

    static Graph capture(Stream stream, Runnable work) {
        DeviceContext context = stream.context();
        CudaGraphs graphs = context.driver().graphs();
        long handle = stream.handle();
        if (stream.recorder() != null) {
            throw new IllegalStateException("the stream is being captured already");
        }
        UsedMemory memory = new UsedMemory();
        long graph =
                context.call(
                        () -> {
                            graphs.beginCapture(handle);
                            stream.recordUse(memory);
                            try {
                                work.run();
                            } catch (RuntimeException | Error e) {
                                abandon(graphs, handle, e);
                                throw e;
                            } finally {
                                stream.recordUse(null);
                            }
                            return graphs.endCapture(handle);
                        });
        return new Graph(context, graph, memory);
    }

    /** Ends a recording that failed. */
    private static void abandon(CudaGraphs graphs, long stream, Throwable failure) {
        try {
            graphs.destroy(graphs.endCapture(stream));
        } catch (CudaException e) {
            // As a rule the failure has spoilt the recording, and the driver says so once more.
            failure.addSuppressed(e);
        }
    }

    /**
     * Makes the recorded work ready to launch.
     *
     * @return the executable graph, owned by the caller; it outlives this object
     */
    public ExecutableGraph instantiate() {
        lifetime.check();
        return new ExecutableGraph(context, context.call(() -> graphs.instantiate(handle)), memory);
    }

    /** Destroys the graph. A second call does nothing. */
    @Override
    public void close() {
        lifetime.close(() -> graphs.destroy(handle));
    }
}
