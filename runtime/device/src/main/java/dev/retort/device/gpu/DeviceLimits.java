package dev.retort.device.gpu;

import dev.retort.cuda.CudaDevices;
import dev.retort.cuda.CudaDriver;
import dev.retort.cuda.DeviceAttribute;
import dev.retort.cuda.DriverFeature;
import dev.retort.cuda.LaunchShape;

/**
 * What a device allows and has, read once.
 *
 * @param threadsPerBlock most threads of a block
 * @param blockX most threads of a block along x
 * @param blockY most threads of a block along y
 * @param blockZ most threads of a block along z
 * @param gridX most blocks of a grid along x
 * @param gridY most blocks of a grid along y
 * @param gridZ most blocks of a grid along z
 * @param sharedBytesPerBlock shared memory that every block can have
 * @param sharedBytesPerBlockOptIn shared memory of a block whose kernel asks for more
 * @param sharedBytesPerMultiprocessor shared memory of a multiprocessor
 * @param registersPerBlock registers of 32 bits of a block
 * @param multiprocessors multiprocessors of the device
 * @param threadsPerMultiprocessor most resident threads of a multiprocessor
 * @param warpSize threads of a warp
 * @param l2Bytes size of the L2 cache
 * @param clusters whether blocks can form clusters
 * @param memoryPools whether memory can be allocated in the order of a stream
 */
public record DeviceLimits(
        int threadsPerBlock,
        int blockX,
        int blockY,
        int blockZ,
        int gridX,
        int gridY,
        int gridZ,
        int sharedBytesPerBlock,
        int sharedBytesPerBlockOptIn,
        int sharedBytesPerMultiprocessor,
        int registersPerBlock,
        int multiprocessors,
        int threadsPerMultiprocessor,
        int warpSize,
        int l2Bytes,
        boolean clusters,
        boolean memoryPools) {

    /** Blocks of a cluster that every device with clusters runs; more is up to the kernel. */
    static final int PORTABLE_CLUSTER_BLOCKS = 8;

    /** Blocks of the largest cluster that a kernel can ask for. */
    static final int MOST_CLUSTER_BLOCKS = 16;

    static DeviceLimits read(CudaDriver driver, int device) {
        CudaDevices devices = driver.devices();
        return new DeviceLimits(
                devices.attribute(device, DeviceAttribute.MAX_THREADS_PER_BLOCK),
                devices.attribute(device, DeviceAttribute.MAX_BLOCK_DIM_X),
                devices.attribute(device, DeviceAttribute.MAX_BLOCK_DIM_Y),
                devices.attribute(device, DeviceAttribute.MAX_BLOCK_DIM_Z),
                devices.attribute(device, DeviceAttribute.MAX_GRID_DIM_X),
                devices.attribute(device, DeviceAttribute.MAX_GRID_DIM_Y),
                devices.attribute(device, DeviceAttribute.MAX_GRID_DIM_Z),
                devices.attribute(device, DeviceAttribute.MAX_SHARED_MEMORY_PER_BLOCK),
                devices.attribute(device, DeviceAttribute.MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
                devices.attribute(device, DeviceAttribute.MAX_SHARED_MEMORY_PER_MULTIPROCESSOR),
                devices.attribute(device, DeviceAttribute.MAX_REGISTERS_PER_BLOCK),
                devices.attribute(device, DeviceAttribute.MULTIPROCESSOR_COUNT),
                devices.attribute(device, DeviceAttribute.MAX_THREADS_PER_MULTIPROCESSOR),
                devices.attribute(device, DeviceAttribute.WARP_SIZE),
                devices.attribute(device, DeviceAttribute.L2_CACHE_SIZE),
                has(driver, DriverFeature.CLUSTERS, device, DeviceAttribute.CLUSTER_LAUNCH),
                has(
                        driver,
                        DriverFeature.MEMORY_POOLS,
                        device,
                        DeviceAttribute.MEMORY_POOLS_SUPPORTED));
    }

    /** An older driver does not know the attribute and would refuse the question. */
    private static boolean has(
            CudaDriver driver, DriverFeature feature, int device, DeviceAttribute attribute) {
        return driver.availability(feature).optional().isPresent()
                && driver.devices().attribute(device, attribute) == 1;
    }

    /** Checks what does not depend on the kernel; allocates nothing when all is well. */
    void check(LaunchShape shape, String kernel) {
        if (shape.threadsPerBlock() > threadsPerBlock) {
            throw beyond(kernel, "threads of a block", shape.threadsPerBlock(), threadsPerBlock);
        }
        check(kernel, "threads of a block along x", shape.blockX(), blockX);
        check(kernel, "threads of a block along y", shape.blockY(), blockY);
        check(kernel, "threads of a block along z", shape.blockZ(), blockZ);
        check(kernel, "blocks of the grid along x", shape.gridX(), gridX);
        check(kernel, "blocks of the grid along y", shape.gridY(), gridY);
        check(kernel, "blocks of the grid along z", shape.gridZ(), gridZ);
        if (shape.clustered() && !clusters) {
            throw beyond(kernel, "blocks of a cluster", shape.blocksPerCluster(), 1);
        }
    }

    private static void check(String kernel, String what, int value, int limit) {
        if (value > limit) {
            throw beyond(kernel, what, value, limit);
        }
    }

    static IllegalArgumentException beyond(String kernel, String what, long value, long limit) {
        return new IllegalArgumentException(
                "launch of %s: %d %s are more than the limit of %d"
                        .formatted(kernel, value, what, limit));
    }
}
