package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Access of one device to the memory of another. Threading and failures are those of {@link
 * CudaDriver}.
 */
public final class CudaPeers {
    private final Features<DriverFeature> features;

    CudaPeers(Features<DriverFeature> features) {
        this.features = features;
    }

    /**
     * Whether a device can access the memory of another one directly. No context is needed.
     *
     * @param device the device that would access
     * @param peer the device whose memory it is
     * @return true when it can be enabled
     */
    public boolean canAccess(int device, int peer) {
        features.require(DriverFeature.PEER_ACCESS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuDeviceCanAccessPeer(out, device, peer), "cuDeviceCanAccessPeer");
        return out.get(ValueLayout.JAVA_INT, 0) != 0;
    }

    /**
     * Lets the current context access the memory of another context, in this direction only. Memory
     * of pools needs {@link CudaPools#allowAccess} as well.
     *
     * @param peer the context whose memory it is
     * @return false when the access was enabled before
     */
    public boolean enable(long peer) {
        features.require(DriverFeature.PEER_ACCESS);
        int code = cuda_h.cuCtxEnablePeerAccess(MemorySegment.ofAddress(peer), 0);
        if (code == cuda_h.CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED()) {
            return false;
        }
        DriverErrors.check(code, "cuCtxEnablePeerAccess");
        return true;
    }

    /**
     * Takes the access of the current context to another one back.
     *
     * @param peer the context whose memory it is
     */
    public void disable(long peer) {
        features.require(DriverFeature.PEER_ACCESS);
        DriverErrors.check(
                cuda_h.cuCtxDisablePeerAccess(MemorySegment.ofAddress(peer)),
                "cuCtxDisablePeerAccess");
    }

    /**
     * Copies between the memory of two contexts in the order of a stream, also when neither can
     * access the other; then the copy goes through the host.
     *
     * @param target address in memory of the target context
     * @param targetContext the context of the target
     * @param source address in memory of the source context
     * @param sourceContext the context of the source
     * @param bytes how much
     * @param stream a stream of either context
     */
    public void copyAsync(
            long target,
            long targetContext,
            long source,
            long sourceContext,
            long bytes,
            long stream) {
        features.require(DriverFeature.PEER_ACCESS);
        DriverErrors.check(
                cuda_h.cuMemcpyPeerAsync(
                        target,
                        MemorySegment.ofAddress(targetContext),
                        source,
                        MemorySegment.ofAddress(sourceContext),
                        bytes,
                        MemorySegment.ofAddress(stream)),
                "cuMemcpyPeerAsync");
    }
}
