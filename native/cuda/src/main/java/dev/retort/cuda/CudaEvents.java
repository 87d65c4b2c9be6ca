package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Events: marks in a stream that can be waited for and, if made for it, timed. Threading and
 * failures are those of {@link CudaDriver}.
 */
public final class CudaEvents {
    private final Features<DriverFeature> features;

    /**
     * The function's name before CUDA 12.8, when the driver is older; the signature is the same.
     */
    private final @Nullable MethodHandle elapsedTimeBeforeV2;

    CudaEvents(Features<DriverFeature> features) {
        this.features = features;
        this.elapsedTimeBeforeV2 =
                LibraryLoader.symbol("cuEventElapsedTime_v2").isPresent()
                        ? null
                        : LibraryLoader.symbol("cuEventElapsedTime")
                                .map(CudaEvents::linkElapsedTime)
                                .orElse(null);
    }

    private static MethodHandle linkElapsedTime(MemorySegment symbol) {
        // Not the binding's own descriptor: that looks the missing function up as well.
        return Linker.nativeLinker()
                .downcallHandle(
                        symbol,
                        FunctionDescriptor.of(
                                cuda_h.C_INT,
                                cuda_h.C_POINTER,
                                cuda_h.C_POINTER,
                                cuda_h.C_POINTER));
    }

    /**
     * Creates an event that remembers when it happened.
     *
     * @return the event, to be destroyed by {@link #destroy}
     */
    public long createTimed() {
        return create(cuda_h.CU_EVENT_DEFAULT());
    }

    /**
     * Creates an event that cannot be timed; recording and waiting cost less.
     *
     * @return the event, to be destroyed by {@link #destroy}
     */
    public long createUntimed() {
        return create(cuda_h.CU_EVENT_DISABLE_TIMING());
    }

    private long create(int flags) {
        features.require(DriverFeature.EVENTS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuEventCreate(out, flags), "cuEventCreate");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Destroys an event, also while work still waits for it.
     *
     * @param event the event
     */
    public void destroy(long event) {
        features.require(DriverFeature.EVENTS);
        DriverErrors.check(
                cuda_h.cuEventDestroy_v2(MemorySegment.ofAddress(event)), "cuEventDestroy_v2");
    }

    /**
     * Puts the event behind all work that is in the stream now.
     *
     * @param event the event; an earlier record of it is forgotten
     * @param stream the stream
     */
    public void record(long event, long stream) {
        features.require(DriverFeature.EVENTS);
        DriverErrors.check(HotCalls.eventRecord(event, stream), "cuEventRecord");
    }

    /**
     * Whether the event has happened.
     *
     * @param event the event
     * @return true when it has, or was never recorded
     */
    public boolean finished(long event) {
        features.require(DriverFeature.EVENTS);
        int code = HotCalls.eventQuery(event);
        if (code == cuda_h.CUDA_ERROR_NOT_READY()) {
            return false;
        }
        DriverErrors.check(code, "cuEventQuery");
        return true;
    }

    /**
     * Waits until the event has happened. This synchronises with the stream.
     *
     * @param event the event
     */
    public void synchronize(long event) {
        features.require(DriverFeature.EVENTS);
        DriverErrors.check(
                cuda_h.cuEventSynchronize(MemorySegment.ofAddress(event)), "cuEventSynchronize");
    }

    /**
     * The device's time between two events.
     *
     * @param start a timed event that has happened
     * @param end a timed event that has happened
     * @return milliseconds, with a resolution of about 0.5 µs
     * @throws CudaException with {@code CUDA_ERROR_NOT_READY} when one has not happened yet
     */
    public float elapsedMilliseconds(long start, long end) {
        features.require(DriverFeature.EVENT_TIMING);
        MemorySegment out = Scratch.segment();
        MemorySegment from = MemorySegment.ofAddress(start);
        MemorySegment to = MemorySegment.ofAddress(end);
        MethodHandle older = elapsedTimeBeforeV2;
        if (older == null) {
            DriverErrors.check(
                    cuda_h.cuEventElapsedTime_v2(out, from, to), "cuEventElapsedTime_v2");
        } else {
            DriverErrors.check(Downcalls.invoke(older, out, from, to), "cuEventElapsedTime");
        }
        return out.get(ValueLayout.JAVA_FLOAT, 0);
    }
}
