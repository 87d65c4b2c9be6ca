package dev.retort.device.kernels;

import dev.retort.cuda.KernelPtx;
import dev.retort.cuda.LaunchShape;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Stream;
import dev.retort.device.kernels.TypedKernels.Launcher;

import java.lang.foreign.MemorySegment;

/**
 * The classic yardsticks over vectors of floats: copy, saxpy and reduce.
 *
 * <p>Launches do not wait. May be used from any thread, {@link #reduce} in one stream at a time,
 * since its blocks' sums have one place; the class owns its module and memory until {@link
 * #close()}.
 */
public final class VectorKernels implements AutoCloseable {
    private static final int THREADS = 256;

    /** What a block of copy and saxpy works on. */
    private static final int BLOCK_BYTES = 16 << 10;

    /** Of reduce: a double for each thread, and whether the block is the last. */
    private static final int SCRATCH_BYTES = THREADS * Double.BYTES + Integer.BYTES;

    private static final int BLOCKS_OF_MULTIPROCESSOR = 8;

    private final TypedKernels kernels;
    private final Launcher copy;
    private final Launcher saxpy;
    private final Launcher reduce;
    private final int reduceBlocks;

    /** A float for each block of a reduction, and behind them the count of those that ended. */
    private final DeviceBuffer partial;

    private VectorKernels(TypedKernels kernels) {
        this.kernels = kernels;
        this.copy = kernels.kernel("copy", 8, 8, 8);
        this.saxpy = kernels.kernel("saxpy", 4, 8, 8, 8);
        this.reduce = kernels.kernel("reduce", 8, 8, 8, 8, 8);
        this.reduceBlocks =
                kernels.context().device().limits().multiprocessors() * BLOCKS_OF_MULTIPROCESSOR;
        this.partial = kernels.context().allocate((reduceBlocks + 1L) * Float.BYTES);
        partial.copyFrom(MemorySegment.ofArray(new float[reduceBlocks + 1]));
    }

    /**
     * Loads the kernels.
     *
     * @param context where
     * @return the kernels, owned by the caller
     * @throws IllegalArgumentException when the device is older than compute capability 8.0
     */
    public static VectorKernels load(DeviceContext context) {
        TypedKernels kernels = TypedKernels.load(context, KernelPtx.VECTORS);
        try {
            return new VectorKernels(kernels);
        } catch (RuntimeException e) {
            kernels.close();
            throw e;
        }
    }

    /**
     * Copies bytes.
     *
     * @param stream in whose order
     * @param from where they are, at a multiple of 16
     * @param to where they go, at a multiple of 16; does not overlap the source
     * @param bytes how many, at least 1
     */
    public void copy(Stream stream, DeviceMemory from, DeviceMemory to, long bytes) {
        check("copy", from, bytes, 1);
        check("copy", to, bytes, 1);
        copy.launch(
                stream,
                LaunchShape.covering(Math.ceilDiv(bytes, BLOCK_BYTES) * THREADS, THREADS),
                arguments -> arguments.pointer(0, from).pointer(1, to).int64(2, bytes));
    }

    /**
     * Computes {@code y ← a · x + y}.
     *
     * @param stream in whose order
     * @param a the factor
     * @param x floats, at a multiple of 16
     * @param y floats, at a multiple of 16
     * @param n how many, at least 1
     */
    public void saxpy(Stream stream, float a, DeviceMemory x, DeviceMemory y, long n) {
        check("saxpy", x, n, Float.BYTES);
        check("saxpy", y, n, Float.BYTES);
        long blocks = Math.ceilDiv(n * Float.BYTES, BLOCK_BYTES);
        saxpy.launch(
                stream,
                LaunchShape.covering(blocks * THREADS, THREADS),
                arguments -> arguments.float32(0, a).pointer(1, x).pointer(2, y).int64(3, n));
    }

    /**
     * Sums floats, always in the same order on the same device.
     *
     * @param stream in whose order
     * @param x floats, at a multiple of 16
     * @param n how many, at least 1
     * @param sum where the sum goes, a float
     */
    public void reduce(Stream stream, DeviceMemory x, long n, DeviceMemory sum) {
        check("reduce", x, n, Float.BYTES);
        Matrix.checkRoom("the sum", sum, 1);
        long blocks = Math.min(reduceBlocks, Math.ceilDiv(n * Float.BYTES, BLOCK_BYTES));
        DeviceMemory finished = partial.slice((long) reduceBlocks * Float.BYTES, Integer.BYTES);
        reduce.launch(
                stream,
                LaunchShape.linear((int) blocks, THREADS).withSharedBytes(SCRATCH_BYTES),
                arguments ->
                        arguments
                                .pointer(0, x)
                                .int64(1, n)
                                .pointer(2, partial)
                                .pointer(3, finished)
                                .pointer(4, sum));
    }

    private static void check(String kernel, DeviceMemory memory, long n, int elementBytes) {
        long bytes = Math.multiplyExact(n, elementBytes);
        if (n < 1 || memory.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "%s: %d elements of %d bytes do not fit a memory of %d bytes"
                            .formatted(kernel, n, elementBytes, memory.byteSize()));
        }
        Matrix.checkAligned(kernel + ": the memory", memory);
    }

    /** Unloads the kernels; work that uses them must be done. A second call does nothing. */
    @Override
    public void close() {
        partial.close();
        kernels.close();
    }
}
