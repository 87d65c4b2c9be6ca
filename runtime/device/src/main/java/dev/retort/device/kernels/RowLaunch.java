package dev.retort.device.kernels;

import dev.retort.cuda.LaunchShape;
import dev.retort.device.gpu.DeviceLimits;

/**
 * How the rows of a matrix are shared among blocks, see {@code staged_row.cuh}.
 *
 * @param shape the launch
 * @param capacity for how many vectors of 16 bytes of each matrix a block has room
 * @param partVectors the most vectors of a row that a block works on
 */
record RowLaunch(LaunchShape shape, int capacity, int partVectors) {
    /** The struct at the start of shared memory. */
    private static final int HEADER_BYTES = 1408;

    private static final int VECTOR_BYTES = 16;
    private static final int WARP = 32;

    /** As many blocks of a cluster as every device with clusters runs. */
    private static final int MOST_BLOCKS = 8;

    /** So that a block can wait for its copies while others compute. */
    private static final int BLOCKS_OF_MULTIPROCESSOR = 3;

    /** What the driver keeps of each block's shared memory. */
    private static final int RESERVED_BYTES = 1024;

    /** For rows of which three blocks fit on a multiprocessor, and for others. */
    private static final int THREADS = 256;

    private static final int MOST_THREADS = 512;

    /**
     * The launch for a matrix. The smallest cluster is taken of which three blocks fit on a
     * multiprocessor; where not even the largest does, one block has a multiprocessor for itself,
     * and what has no room is read once more.
     *
     * @param limits of the device
     * @param rows of each matrix
     * @param columns of each matrix
     * @param elementBytes of each element
     * @param matrices how many matrices are read at once, 1 or 2
     * @param ownBytes shared memory that the kernel needs besides
     * @param maskBytes shared memory that the kernel needs besides for each vector
     */
    static RowLaunch of(
            DeviceLimits limits,
            int rows,
            int columns,
            int elementBytes,
            int matrices,
            int ownBytes,
            int maskBytes) {
        int vectors = (int) Math.ceilDiv((long) columns * elementBytes, VECTOR_BYTES);
        int comfortable =
                limits.sharedBytesPerMultiprocessor() / BLOCKS_OF_MULTIPROCESSOR - RESERVED_BYTES;
        int vectorBytes = VECTOR_BYTES * matrices;
        int most = limits.clusters() ? MOST_BLOCKS : 1;
        for (int blocks = 1; blocks <= most; blocks *= 2) {
            int part = Math.ceilDiv(vectors, blocks);
            long bytes = HEADER_BYTES + ownBytes + (long) part * (vectorBytes + maskBytes);
            if (bytes <= comfortable) {
                return new RowLaunch(
                        shape(rows, blocks, threads(part, THREADS), (int) bytes), part, part);
            }
        }
        int part = Math.ceilDiv(vectors, most);
        long room =
                limits.sharedBytesPerBlockOptIn()
                        - HEADER_BYTES
                        - ownBytes
                        - (long) part * maskBytes;
        if (room < 0) {
            throw new IllegalArgumentException(
                    "%d columns need more than the %d bytes of shared memory of the device"
                            .formatted(columns, limits.sharedBytesPerBlockOptIn()));
        }
        int capacity = (int) Math.min(part, room / vectorBytes);
        int bytes = HEADER_BYTES + ownBytes + part * maskBytes + capacity * vectorBytes;
        return new RowLaunch(shape(rows, most, threads(part, MOST_THREADS), bytes), capacity, part);
    }

    /** Two vectors for each thread, in whole warps. */
    private static int threads(int vectors, int most) {
        return Math.clamp(Math.ceilDiv(vectors, 2 * WARP) * (long) WARP, WARP, most);
    }

    private static LaunchShape shape(int rows, int blocks, int threads, int sharedBytes) {
        long grid = (long) rows * blocks;
        if (grid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%d rows in clusters of %d blocks are more than %d blocks"
                            .formatted(rows, blocks, Integer.MAX_VALUE));
        }
        LaunchShape shape = LaunchShape.linear((int) grid, threads).withSharedBytes(sharedBytes);
        return blocks == 1 ? shape : shape.withCluster(blocks, 1, 1);
    }
}
