package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory of the current context's device, page-locked host memory, copies and fills.
 *
 * <p>Device memory is an address, never a {@link MemorySegment}: the host cannot read it. Host
 * memory is a native segment; its size is the number of bytes to copy. Threading and failures are
 * those of {@link CudaDriver}.
 */
public final class CudaMemory {
    private final Features<DriverFeature> features;

    CudaMemory(Features<DriverFeature> features) {
        this.features = features;
    }

    /**
     * The memory of a device at one moment.
     *
     * @param freeBytes bytes that can be allocated, by any process
     * @param totalBytes bytes in all
     */
    public record Info(long freeBytes, long totalBytes) {}

    /**
     * How much memory the device has left.
     *
     * @return free and total bytes
     */
    public Info info() {
        features.require(DriverFeature.MEMORY);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuMemGetInfo_v2(out, out.asSlice(Long.BYTES)), "cuMemGetInfo_v2");
        return new Info(
                out.get(ValueLayout.JAVA_LONG, 0), out.get(ValueLayout.JAVA_LONG, Long.BYTES));
    }

    /**
     * Allocates device memory. This may synchronise the device.
     *
     * @param bytes how much, more than 0
     * @return the address, aligned to 256 bytes or more; the content is undefined
     * @throws OutOfDeviceMemoryException when there is not enough
     */
    public long allocate(long bytes) {
        features.require(DriverFeature.MEMORY);
        checkSize(bytes);
        MemorySegment out = Scratch.segment();
        checkAllocation(cuda_h.cuMemAlloc_v2(out, bytes), "cuMemAlloc_v2", bytes);
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Frees memory of {@link #allocate}. This may synchronise the device. Memory of {@link
     * #allocateAsync} or of a pool is freed at once, also while work uses it: wait for that first.
     *
     * @param address the address that the allocation returned
     */
    public void free(long address) {
        features.require(DriverFeature.MEMORY);
        DriverErrors.check(cuda_h.cuMemFree_v2(address), "cuMemFree_v2");
    }

    /**
     * Allocates device memory from the device's pool in the order of a stream.
     *
     * @param bytes how much, more than 0
     * @param stream the stream
     * @return the address, usable by work that follows in the stream
     * @throws OutOfDeviceMemoryException when there is not enough
     */
    public long allocateAsync(long bytes, long stream) {
        features.require(DriverFeature.STREAM_ORDERED_MEMORY);
        checkSize(bytes);
        MemorySegment out = Scratch.segment();
        checkAllocation(
                cuda_h.cuMemAllocAsync(out, bytes, MemorySegment.ofAddress(stream)),
                "cuMemAllocAsync",
                bytes);
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Returns device memory to its pool when the stream gets there.
     *
     * @param address the address that the allocation returned
     * @param stream the stream
     */
    public void freeAsync(long address, long stream) {
        features.require(DriverFeature.STREAM_ORDERED_MEMORY);
        DriverErrors.check(
                cuda_h.cuMemFreeAsync(address, MemorySegment.ofAddress(stream)), "cuMemFreeAsync");
    }

    /**
     * Allocates page-locked host memory, from and to which copies run beside other work. It is
     * usable from all contexts of the process.
     *
     * @param bytes how much, more than 0
     * @return the memory, zeroed by nobody, accessible from every thread; it must not be touched
     *     after {@link #freePinned}, which the segment does not notice
     * @throws OutOfDeviceMemoryException when the host cannot lock as much
     */
    public MemorySegment allocatePinned(long bytes) {
        features.require(DriverFeature.PINNED_MEMORY);
        checkSize(bytes);
        MemorySegment out = Scratch.segment();
        checkAllocation(
                cuda_h.cuMemHostAlloc(out, bytes, cuda_h.CU_MEMHOSTALLOC_PORTABLE()),
                "cuMemHostAlloc",
                bytes);
        return MemorySegment.ofAddress(out.get(ValueLayout.JAVA_LONG, 0)).reinterpret(bytes);
    }

    /**
     * Frees page-locked host memory.
     *
     * @param memory the segment that the allocation returned
     */
    public void freePinned(MemorySegment memory) {
        features.require(DriverFeature.PINNED_MEMORY);
        DriverErrors.check(cuda_h.cuMemFreeHost(memory), "cuMemFreeHost");
    }

    /**
     * Page-locked memory with the lifetime of an arena, so that its use after the arena's end is an
     * exception. The arena does not free it.
     *
     * @param memory the segment that {@link #allocatePinned} returned
     * @param arena the lifetime
     * @return the same memory
     */
    public MemorySegment pinnedFor(MemorySegment memory, Arena arena) {
        return memory.reinterpret(arena, null);
    }

    /**
     * Copies host memory to the device. This waits until the host memory has been read; the device
     * may write its own later. Work of the legacy default stream sees the copy, that of another
     * stream only when it is submitted after {@link CudaStreams#synchronize} of stream 0 or {@link
     * CudaContexts#synchronize}.
     *
     * @param target address in device memory
     * @param source host memory, native
     */
    public void copyToDevice(long target, MemorySegment source) {
        features.require(DriverFeature.MEMORY);
        checkNative(source);
        DriverErrors.check(
                cuda_h.cuMemcpyHtoD_v2(target, source, source.byteSize()), "cuMemcpyHtoD_v2");
    }

    /**
     * Copies device memory to the host. This waits until all is written.
     *
     * @param target host memory, native and writable
     * @param source address in device memory
     */
    public void copyToHost(MemorySegment target, long source) {
        features.require(DriverFeature.MEMORY);
        checkWritable(target);
        DriverErrors.check(
                cuda_h.cuMemcpyDtoH_v2(target, source, target.byteSize()), "cuMemcpyDtoH_v2");
    }

    /**
     * Copies within device memory. It may return before the copy is done, which work of a stream
     * other than the legacy default one does not wait for.
     *
     * @param target address in device memory
     * @param source address in device memory; the ranges do not overlap
     * @param bytes how much
     */
    public void copyOnDevice(long target, long source, long bytes) {
        features.require(DriverFeature.MEMORY);
        checkSize(bytes);
        DriverErrors.check(cuda_h.cuMemcpyDtoD_v2(target, source, bytes), "cuMemcpyDtoD_v2");
    }

    /**
     * Copies host memory to the device in the order of a stream.
     *
     * @param target address in device memory
     * @param source host memory, native; it must stay alive and unchanged until the stream has done
     *     the copy. If it is not page-locked, the call may wait.
     * @param stream the stream
     */
    public void copyToDeviceAsync(long target, MemorySegment source, long stream) {
        features.require(DriverFeature.MEMORY);
        checkNative(source);
        DriverErrors.check(
                HotCalls.copyToDevice(target, source, source.byteSize(), stream),
                "cuMemcpyHtoDAsync_v2");
    }

    /**
     * Copies device memory to the host in the order of a stream.
     *
     * @param target host memory, native and writable; it must stay alive until the stream has done
     *     the copy. If it is not page-locked, the call may wait.
     * @param source address in device memory
     * @param stream the stream
     */
    public void copyToHostAsync(MemorySegment target, long source, long stream) {
        features.require(DriverFeature.MEMORY);
        checkWritable(target);
        DriverErrors.check(
                HotCalls.copyToHost(target, source, target.byteSize(), stream),
                "cuMemcpyDtoHAsync_v2");
    }

    /**
     * Copies within device memory in the order of a stream.
     *
     * @param target address in device memory
     * @param source address in device memory; the ranges do not overlap
     * @param bytes how much
     * @param stream the stream
     */
    public void copyOnDeviceAsync(long target, long source, long bytes, long stream) {
        features.require(DriverFeature.MEMORY);
        checkSize(bytes);
        DriverErrors.check(
                HotCalls.copyOnDevice(target, source, bytes, stream), "cuMemcpyDtoDAsync_v2");
    }

    /**
     * Sets every byte of a range of device memory. It may return before that is done, which work of
     * a stream other than the legacy default one does not wait for.
     *
     * @param target address in device memory
     * @param value the byte
     * @param bytes how many
     */
    public void fill(long target, byte value, long bytes) {
        features.require(DriverFeature.MEMORY);
        checkSize(bytes);
        DriverErrors.check(cuda_h.cuMemsetD8_v2(target, value, bytes), "cuMemsetD8_v2");
    }

    /**
     * Sets every byte of a range of device memory in the order of a stream.
     *
     * @param target address in device memory
     * @param value the byte
     * @param bytes how many
     * @param stream the stream
     */
    public void fillAsync(long target, byte value, long bytes, long stream) {
        features.require(DriverFeature.MEMORY);
        checkSize(bytes);
        DriverErrors.check(HotCalls.fill(target, value, bytes, stream), "cuMemsetD8Async");
    }

    /**
     * Sets every aligned group of four bytes of a range of device memory in the order of a stream.
     *
     * @param target address in device memory, aligned to 4 bytes
     * @param value the four bytes, in the order of the machine
     * @param count how many groups
     * @param stream the stream
     */
    public void fillIntsAsync(long target, int value, long count, long stream) {
        features.require(DriverFeature.MEMORY);
        checkSize(count);
        DriverErrors.check(HotCalls.fillInts(target, value, count, stream), "cuMemsetD32Async");
    }

    private static void checkAllocation(int code, String function, long bytes) {
        if (code != 0) {
            throw DriverErrors.exception(code, function, "asked for " + bytes + " bytes");
        }
    }

    private static void checkSize(long bytes) {
        // The driver takes sizes as unsigned: it would see a negative one as 16 exabytes.
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + bytes);
        }
    }

    private static void checkNative(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("host memory must be native, not on the Java heap");
        }
    }

    private static void checkWritable(MemorySegment memory) {
        checkNative(memory);
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("the target of a copy must not be read-only");
        }
    }
}
