package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Streams: queues of work for a device, in order within one, concurrent between them. Threading and
 * failures are those of {@link CudaDriver}.
 */
public final class CudaStreams {
    private final Features<DriverFeature> features;

    CudaStreams(Features<DriverFeature> features) {
        this.features = features;
    }

    /**
     * The priorities that streams of the current context can have; a lower number goes first.
     *
     * @param least the priority of the least urgent stream
     * @param greatest the priority of the most urgent stream
     */
    public record Priorities(int least, int greatest) {}

    /**
     * Which priorities the current context's device knows.
     *
     * @return the range; both are 0 when the device has no priorities
     */
    public Priorities priorities() {
        features.require(DriverFeature.STREAMS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuCtxGetStreamPriorityRange(out, out.asSlice(Integer.BYTES)),
                "cuCtxGetStreamPriorityRange");
        return new Priorities(
                out.get(ValueLayout.JAVA_INT, 0), out.get(ValueLayout.JAVA_INT, Integer.BYTES));
    }

    /**
     * Creates a stream that does not wait for the legacy default stream.
     *
     * @param priority its priority; the driver moves it into the range of {@link #priorities}
     * @return the stream, to be destroyed by {@link #destroy}
     */
    public long create(int priority) {
        features.require(DriverFeature.STREAMS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuStreamCreateWithPriority(out, cuda_h.CU_STREAM_NON_BLOCKING(), priority),
                "cuStreamCreateWithPriority");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Destroys a stream. Work that is queued in it is still done; the call does not wait for it.
     *
     * @param stream the stream
     */
    public void destroy(long stream) {
        features.require(DriverFeature.STREAMS);
        DriverErrors.check(
                cuda_h.cuStreamDestroy_v2(MemorySegment.ofAddress(stream)), "cuStreamDestroy_v2");
    }

    /**
     * Whether a stream has done all its work.
     *
     * @param stream the stream
     * @return false while there is work left
     */
    public boolean finished(long stream) {
        features.require(DriverFeature.STREAMS);
        int code = cuda_h.cuStreamQuery(MemorySegment.ofAddress(stream));
        if (code == cuda_h.CUDA_ERROR_NOT_READY()) {
            return false;
        }
        DriverErrors.check(code, "cuStreamQuery");
        return true;
    }

    /**
     * Waits until a stream has done all its work. This synchronises the stream.
     *
     * @param stream the stream, or 0 for the legacy default one
     */
    public void synchronize(long stream) {
        features.require(DriverFeature.STREAMS);
        DriverErrors.check(
                cuda_h.cuStreamSynchronize(MemorySegment.ofAddress(stream)), "cuStreamSynchronize");
    }

    /**
     * Makes later work of a stream wait for an event, on the device; the call does not wait.
     *
     * @param stream the stream
     * @param event the event, as it was last recorded
     */
    public void waitFor(long stream, long event) {
        features.require(DriverFeature.STREAMS);
        DriverErrors.check(
                HotCalls.streamWaitEvent(stream, event, cuda_h.CU_EVENT_WAIT_DEFAULT()),
                "cuStreamWaitEvent");
    }
}
