package dev.retort.device.gpu;

/**
 * How much of a multiprocessor a kernel occupies.
 *
 * @param blocksPerMultiprocessor blocks that a multiprocessor runs at once; 0 when none fits
 * @param threadsPerBlock threads of such a block
 * @param threadsPerMultiprocessor most resident threads of a multiprocessor
 */
public record Occupancy(
        int blocksPerMultiprocessor, int threadsPerBlock, int threadsPerMultiprocessor) {

    /**
     * The resident threads as a share of what the multiprocessor can hold, without regard to the
     * last warp's idle threads.
     *
     * @return from 0 to 1
     */
    public double share() {
        return (double) blocksPerMultiprocessor * threadsPerBlock / threadsPerMultiprocessor;
    }
}
