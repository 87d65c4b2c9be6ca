package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Primary contexts and the calling thread's current context.
 *
 * <p>Only the primary context of a device is offered: it is the one that other users of CUDA in the
 * same process have, so pointers and streams can be handed to them. Threading and failures are
 * those of {@link CudaDriver}.
 */
public final class CudaContexts {
    private final Features<DriverFeature> features;

    CudaContexts(Features<DriverFeature> features) {
        this.features = features;
    }

    /**
     * Takes a reference to the device's primary context and creates it if it is the first. This
     * does not make it current.
     *
     * @param device the device
     * @return the context; each call is paired with one of {@link #releasePrimary}
     */
    public long retainPrimary(int device) {
        features.require(DriverFeature.CONTEXTS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuDevicePrimaryCtxRetain(out, device), "cuDevicePrimaryCtxRetain");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Gives back one reference to the device's primary context. The last one destroys it with all
     * that was made in it.
     *
     * @param device the device
     */
    public void releasePrimary(int device) {
        features.require(DriverFeature.CONTEXTS);
        DriverErrors.check(
                cuda_h.cuDevicePrimaryCtxRelease_v2(device), "cuDevicePrimaryCtxRelease_v2");
    }

    /**
     * Makes a context current on the calling thread; {@link #pop} brings the previous one back.
     *
     * @param context the context
     */
    public void push(long context) {
        features.require(DriverFeature.CONTEXTS);
        DriverErrors.check(
                cuda_h.cuCtxPushCurrent_v2(MemorySegment.ofAddress(context)),
                "cuCtxPushCurrent_v2");
    }

    /**
     * Removes the calling thread's current context and makes the one below it current.
     *
     * @return the context that was removed
     */
    public long pop() {
        features.require(DriverFeature.CONTEXTS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuCtxPopCurrent_v2(out), "cuCtxPopCurrent_v2");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Replaces the calling thread's current context.
     *
     * @param context the context, or 0 for none
     */
    public void setCurrent(long context) {
        features.require(DriverFeature.CONTEXTS);
        DriverErrors.check(
                cuda_h.cuCtxSetCurrent(MemorySegment.ofAddress(context)), "cuCtxSetCurrent");
    }

    /**
     * The calling thread's current context.
     *
     * @return the context, or 0 when there is none
     */
    public long current() {
        features.require(DriverFeature.CONTEXTS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuCtxGetCurrent(out), "cuCtxGetCurrent");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /** Waits until the current context has done all its work. This synchronises the device. */
    public void synchronize() {
        features.require(DriverFeature.CONTEXTS);
        DriverErrors.check(cuda_h.cuCtxSynchronize(), "cuCtxSynchronize");
    }
}
