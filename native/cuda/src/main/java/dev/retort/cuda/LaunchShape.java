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
 */
public record LaunchShape(
        int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {

    /** Checks that every extent is at least 1; the device's limits are the driver's to check. */
    public LaunchShape {
        if (gridX < 1 || gridY < 1 || gridZ < 1 || blockX < 1 || blockY < 1 || blockZ < 1) {
            throw new IllegalArgumentException(
                    "an extent of a launch is at least 1: grid %d × %d × %d, block %d × %d × %d"
                            .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ));
        }
        if (sharedBytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + sharedBytes);
        }
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
}
