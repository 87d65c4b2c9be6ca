package dev.retort.cuda;

/**
 * The extent of a kernel launch. An instance may be used for any number of launches.
 *
 * @param gridX blocks along x
 * @param gridY blocks along y
 * @param gridZ blocks along z
 * @param blockX threads of a block along x
 * @param blockY threads of a block along y
 * @param blockZ threads of a block along z
 * @param sharedBytes dynamic shared memory of a block
 * @param clusterX blocks of a cluster along x
 * @param clusterY blocks of a cluster along y
 * @param clusterZ blocks of a cluster along z
 */
public record LaunchShape(
        int gridX,
        int gridY,
        int gridZ,
        int blockX,
        int blockY,
        int blockZ,
        int sharedBytes,
        int clusterX,
        int clusterY,
        int clusterZ) {

    /**
     * Checks that every extent is at least 1 and that the grid is made of whole clusters. The
     * limits of a device are checked at the launch.
     */
    public LaunchShape {
        if (gridX < 1 || gridY < 1 || gridZ < 1 || blockX < 1 || blockY < 1 || blockZ < 1) {
            throw new IllegalArgumentException(
                    "an extent of a launch is at least 1: grid %d × %d × %d, block %d × %d × %d"
                            .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ));
        }
        if (sharedBytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + sharedBytes);
        }
        if (clusterX < 1 || clusterY < 1 || clusterZ < 1) {
            throw new IllegalArgumentException(
                    "an extent of a cluster is at least 1: %d × %d × %d"
                            .formatted(clusterX, clusterY, clusterZ));
        }
        if (gridX % clusterX != 0 || gridY % clusterY != 0 || gridZ % clusterZ != 0) {
            throw new IllegalArgumentException(
                    "a grid of %d × %d × %d blocks is not made of clusters of %d × %d × %d"
                            .formatted(gridX, gridY, gridZ, clusterX, clusterY, clusterZ));
        }
    }

    /**
     * A launch without clusters.
     *
     * @param gridX blocks along x
     * @param gridY blocks along y
     * @param gridZ blocks along z
     * @param blockX threads of a block along x
     * @param blockY threads of a block along y
     * @param blockZ threads of a block along z
     * @param sharedBytes dynamic shared memory of a block
     */
    public LaunchShape(
            int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {
        this(gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes, 1, 1, 1);
    }

    /**
     * A launch in one dimension without dynamic shared memory.
     *
     * @param blocks blocks of the grid
     * @param threads threads of a block
     * @return the shape
     */
    public static LaunchShape linear(int blocks, int threads) {
        return new LaunchShape(blocks, 1, 1, threads, 1, 1, 0);
    }

    /**
     * A launch in one dimension with at least one thread for each element.
     *
     * @param elements how many elements, 1 or more
     * @param threads threads of a block
     * @return the shape
     * @throws IllegalArgumentException when that needs more than 2³¹ − 1 blocks
     */
    public static LaunchShape covering(long elements, int threads) {
        long blocks = Math.ceilDiv(elements, threads);
        if (blocks > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%d elements in blocks of %d threads need %d blocks, more than %d"
                            .formatted(elements, threads, blocks, Integer.MAX_VALUE));
        }
        return linear((int) blocks, threads);
    }

    /**
     * The same launch with dynamic shared memory.
     *
     * @param bytes dynamic shared memory of a block
     * @return the shape
     */
    public LaunchShape withSharedBytes(int bytes) {
        return new LaunchShape(
                gridX, gridY, gridZ, blockX, blockY, blockZ, bytes, clusterX, clusterY, clusterZ);
    }

    /**
     * The same launch in clusters, whose blocks run at once and share their shared memory.
     *
     * @param x blocks of a cluster along x
     * @param y blocks of a cluster along y
     * @param z blocks of a cluster along z
     * @return the shape
     */
    public LaunchShape withCluster(int x, int y, int z) {
        return new LaunchShape(gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes, x, y, z);
    }

    /**
     * Whether the blocks form clusters of more than one.
     *
     * @return true when they do
     */
    public boolean clustered() {
        return clusterX > 1 || clusterY > 1 || clusterZ > 1;
    }

    /**
     * Threads of a block in all.
     *
     * @return the product of the three extents
     */
    public long threadsPerBlock() {
        return (long) blockX * blockY * blockZ;
    }

    /**
     * Blocks of a cluster in all.
     *
     * @return the product of the three extents
     */
    public long blocksPerCluster() {
        return (long) clusterX * clusterY * clusterZ;
    }
}
