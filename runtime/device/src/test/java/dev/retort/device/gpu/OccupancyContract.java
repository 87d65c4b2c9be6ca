package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.open;
import static dev.retort.device.gpu.Gpus.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.cuda.CudaOccupancy;
import dev.retort.cuda.FunctionAttribute;
import dev.retort.cuda.LaunchShape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of occupancy on every device, simulated or real. */
abstract class OccupancyContract {
    /** More than every kernel can have. */
    private static final int MUCH_SHARED = 64 << 10;

    private DeviceContext context;
    private KernelModule module;
    private Kernel saxpy;

    @BeforeEach
    void load() {
        context = open(0);
        module = context.load(saxpyPtx());
        saxpy = module.kernel("saxpy");
    }

    @AfterEach
    void close() {
        module.close();
        context.close();
    }

    private DeviceLimits limits() {
        return context.device().limits();
    }

    private void assumeMuchShared() {
        int most = limits().sharedBytesPerBlockOptIn();
        assumeTrue(most >= MUCH_SHARED, "a block has at most " + most + " bytes");
    }

    @Test
    void occupancyIsPlausible() {
        Occupancy occupancy = saxpy.occupancy(256, 0);
        assertTrue(occupancy.blocksPerMultiprocessor() >= 1);
        assertTrue(occupancy.share() > 0 && occupancy.share() <= 1);
        CudaOccupancy.BlockSize best = saxpy.bestBlockSize(0);
        assertTrue(best.threads() >= 32 && best.threads() <= 1024);
        assertTrue(best.minimumBlocks() >= limits().multiprocessors());
        assertTrue(saxpy.attribute(FunctionAttribute.NUM_REGS) > 0);
    }

    @Test
    void blocksWithMuchSharedMemoryAreCounted() {
        assumeMuchShared();
        assertTrue(saxpy.occupancy(256, MUCH_SHARED).blocksPerMultiprocessor() >= 1);
        int tooMuch = limits().sharedBytesPerBlockOptIn() + 1;
        assertEquals(0, saxpy.occupancy(256, tooMuch).blocksPerMultiprocessor());
    }

    /** Two that ask for one function, the first for more: the second leaves it as it is. */
    @Test
    void aSmallerWishLeavesTheLargerOne() {
        assumeMuchShared();
        assertTrue(saxpy.occupancy(256, MUCH_SHARED).blocksPerMultiprocessor() >= 1);
        Kernel again = module.kernel("saxpy");
        assertTrue(again.occupancy(256, MUCH_SHARED - 1024).blocksPerMultiprocessor() >= 1);
        assertTrue(saxpy.attribute(FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES) >= MUCH_SHARED);
    }

    @Test
    void theBestBlockMayHaveMuchSharedMemory() {
        assumeMuchShared();
        CudaOccupancy.BlockSize best = saxpy.bestBlockSize(MUCH_SHARED);
        assertTrue(best.minimumBlocks() >= limits().multiprocessors(), best.toString());
    }

    @Test
    void clustersWithMuchSharedMemoryAreCounted() {
        ComputeCapability capability = context.device().computeCapability();
        assumeTrue(capability.compareTo(new ComputeCapability(9, 0)) >= 0, "no clusters");
        LaunchShape shape =
                LaunchShape.linear(8, 128).withSharedBytes(MUCH_SHARED).withCluster(2, 1, 1);
        assertTrue(saxpy.activeClusters(shape) >= 1);
    }
}
