package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Graphs: the work of a stream, recorded once and launched again as a whole. Threading and failures
 * are those of {@link CudaDriver}.
 */
public final class CudaGraphs {
    private final Features<DriverFeature> features;

    CudaGraphs(Features<DriverFeature> features) {
        this.features = features;
    }

    /** Whether a stream is being captured. */
    public enum CaptureStatus {
        /** It is not. */
        NONE,
        /** It is: work that is put into it is recorded and not done. */
        ACTIVE,
        /** It was, but a forbidden call spoilt the capture; it still has to be ended. */
        INVALIDATED
    }

    /**
     * Starts to record what is put into a stream, instead of doing it. Until the end, calls of the
     * same thread that cannot be recorded, such as {@link CudaMemory#allocate}, fail and spoil the
     * capture; other threads are not affected.
     *
     * @param stream the stream, not the default one
     */
    public void beginCapture(long stream) {
        features.require(DriverFeature.GRAPHS);
        DriverErrors.check(
                cuda_h.cuStreamBeginCapture_v2(
                        MemorySegment.ofAddress(stream),
                        cuda_h.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL()),
                "cuStreamBeginCapture_v2");
    }

    /**
     * Ends the recording.
     *
     * @param stream the stream
     * @return the graph, to be destroyed by {@link #destroy}
     * @throws CudaException when the capture was spoilt; it is ended nevertheless
     */
    public long endCapture(long stream) {
        features.require(DriverFeature.GRAPHS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuStreamEndCapture(MemorySegment.ofAddress(stream), out),
                "cuStreamEndCapture");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Whether a stream is being captured.
     *
     * @param stream the stream
     * @return its state
     */
    public CaptureStatus captureStatus(long stream) {
        features.require(DriverFeature.GRAPHS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuStreamIsCapturing(MemorySegment.ofAddress(stream), out),
                "cuStreamIsCapturing");
        int status = out.get(ValueLayout.JAVA_INT, 0);
        if (status == cuda_h.CU_STREAM_CAPTURE_STATUS_NONE()) {
            return CaptureStatus.NONE;
        }
        return status == cuda_h.CU_STREAM_CAPTURE_STATUS_ACTIVE()
                ? CaptureStatus.ACTIVE
                : CaptureStatus.INVALIDATED;
    }

    /**
     * Makes a graph ready to launch.
     *
     * @param graph the graph; it may be changed or destroyed afterwards
     * @return the executable graph, to be destroyed by {@link #destroyExecutable}
     */
    public long instantiate(long graph) {
        features.require(DriverFeature.GRAPHS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuGraphInstantiateWithFlags(out, MemorySegment.ofAddress(graph), 0),
                "cuGraphInstantiateWithFlags");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Brings an executable graph to the device ahead of its first launch, in the order of a stream.
     *
     * @param executable the executable graph
     * @param stream the stream
     */
    public void upload(long executable, long stream) {
        features.require(DriverFeature.GRAPHS);
        DriverErrors.check(
                cuda_h.cuGraphUpload(
                        MemorySegment.ofAddress(executable), MemorySegment.ofAddress(stream)),
                "cuGraphUpload");
    }

    /**
     * Launches an executable graph in the order of a stream; it runs once at a time.
     *
     * @param executable the executable graph
     * @param stream the stream
     */
    public void launch(long executable, long stream) {
        features.require(DriverFeature.GRAPHS);
        DriverErrors.check(HotCalls.graphLaunch(executable, stream), "cuGraphLaunch");
    }

    /**
     * Destroys an executable graph; a launch in progress is still done.
     *
     * @param executable the executable graph
     */
    public void destroyExecutable(long executable) {
        features.require(DriverFeature.GRAPHS);
        DriverErrors.check(
                cuda_h.cuGraphExecDestroy(MemorySegment.ofAddress(executable)),
                "cuGraphExecDestroy");
    }

    /**
     * Destroys a graph.
     *
     * @param graph the graph
     */
    public void destroy(long graph) {
        features.require(DriverFeature.GRAPHS);
        DriverErrors.check(cuda_h.cuGraphDestroy(MemorySegment.ofAddress(graph)), "cuGraphDestroy");
    }
}
