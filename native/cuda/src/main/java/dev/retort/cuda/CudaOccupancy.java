package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How much of a device a kernel can occupy, as the driver computes it from registers and shared
 * memory. Threading and failures are those of {@link CudaDriver}.
 */
public final class CudaOccupancy {
    private final Features<DriverFeature> features;

    CudaOccupancy(Features<DriverFeature> features) {
        this.features = features;
    }

    /**
     * A launch that fills the device.
     *
     * @param minimumBlocks fewest blocks that reach the highest occupancy on the whole device
     * @param threads threads of a block
     */
    public record BlockSize(int minimumBlocks, int threads) {}

    /**
     * How many blocks of a kernel a multiprocessor runs at once.
     *
     * @param function the kernel
     * @param threads threads of a block
     * @param sharedBytes dynamic shared memory of a block
     * @return the number; 0 when a block does not fit
     */
    public int activeBlocksPerMultiprocessor(long function, int threads, long sharedBytes) {
        features.require(DriverFeature.OCCUPANCY);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuOccupancyMaxActiveBlocksPerMultiprocessor(
                        out, MemorySegment.ofAddress(function), threads, sharedBytes),
                "cuOccupancyMaxActiveBlocksPerMultiprocessor");
        return out.get(ValueLayout.JAVA_INT, 0);
    }

    /**
     * The size of a block with which a kernel reaches its highest occupancy.
     *
     * @param function the kernel
     * @param sharedBytes dynamic shared memory of a block, whatever its size
     * @param mostThreads most threads of a block, or 0 for the kernel's own limit
     * @return the size
     */
    public BlockSize bestBlockSize(long function, long sharedBytes, int mostThreads) {
        features.require(DriverFeature.OCCUPANCY);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuOccupancyMaxPotentialBlockSize(
                        out,
                        out.asSlice(Integer.BYTES),
                        MemorySegment.ofAddress(function),
                        MemorySegment.NULL,
                        sharedBytes,
                        mostThreads),
                "cuOccupancyMaxPotentialBlockSize");
        return new BlockSize(
                out.get(ValueLayout.JAVA_INT, 0), out.get(ValueLayout.JAVA_INT, Integer.BYTES));
    }

    /**
     * How many clusters of a launch the device runs at once.
     *
     * @param function the kernel
     * @param shape a launch with clusters
     * @return the number; 0 when a cluster does not fit
     */
    public int activeClusters(long function, LaunchShape shape) {
        features.require(DriverFeature.CLUSTERS);
        MemorySegment out = Scratch.segment();
        MemorySegment config = ExtendedLaunch.config(out.asSlice(Long.BYTES), shape, 0);
        int code =
                cuda_h.cuOccupancyMaxActiveClusters(out, MemorySegment.ofAddress(function), config);
        if (code != 0) {
            throw DriverErrors.exception(code, "cuOccupancyMaxActiveClusters", shape.toString());
        }
        return out.get(ValueLayout.JAVA_INT, 0);
    }
}
