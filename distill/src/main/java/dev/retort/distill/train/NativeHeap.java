package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Keeps the C library from handing the memory of a step back to the kernel.
 *
 * <p>glibc maps a block of more than 128 KiB on its own, and trims its heap, so that activations of
 * some megabytes are unmapped at the end of each step and faulted in again, page by page, at the
 * next: 65,000 to 145,000 faults in 20 steps of the convolutional student, a fifth of their time
 * (2-core AMD EPYC, glibc 2.36). When a mapped block is freed, glibc raises both thresholds to its
 * size, up to 32 MiB (mallopt(3), "Note: Nowadays, glibc uses a dynamic mmap threshold"). So it is
 * enough to free one such block, which is never touched and costs a few microseconds.
 *
 * <p>The price is that up to 64 MiB of freed memory stay with the process. With another C library
 * nothing changes.
 */
final class NativeHeap {
    // glibc's limit, DEFAULT_MMAP_THRESHOLD_MAX, less room for the header and the alignment.
    private static final long LARGEST_THRESHOLD = (32L << 20) - (64 << 10);

    private NativeHeap() {}

    /** Raises the thresholds of the process, where the manager's arrays lie in host memory. */
    static void keepFreedMemory(NDManager manager) {
        if (!manager.getDevice().isGpu()) {
            manager.create(new Shape(LARGEST_THRESHOLD), DataType.INT8).close();
        }
    }
}
