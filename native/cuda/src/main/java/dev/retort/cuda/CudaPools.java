package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.CUmemLocation_st;
import dev.retort.cuda.ffi.driver.CUmemPoolProps_st;
import dev.retort.cuda.ffi.driver.cuda_h;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory pools: where stream-ordered allocations of a device come from. Threading and failures are
 * those of {@link CudaDriver}; no method but {@link #allocate} needs a current context.
 */
public final class CudaPools {
    /** CU_MEM_ACCESS_FLAGS_PROT_READWRITE. */
    private static final int READ_WRITE = 3;

    /** CUmemAccessDesc: the location's type and id, and the access. */
    private static final int ACCESS_BYTES = 12;

    private final Features<DriverFeature> features;

    /** The bindings do not have this function, which is needed only with several devices. */
    private final @Nullable MethodHandle setAccess;

    CudaPools(Features<DriverFeature> features) {
        this.features = features;
        this.setAccess =
                LibraryLoader.symbol("cuMemPoolSetAccess").map(CudaPools::linkAccess).orElse(null);
    }

    private static MethodHandle linkAccess(MemorySegment symbol) {
        return Linker.nativeLinker()
                .downcallHandle(
                        symbol,
                        FunctionDescriptor.of(
                                cuda_h.C_INT, cuda_h.C_POINTER, cuda_h.C_POINTER, cuda_h.C_LONG));
    }

    /** What a pool tells of itself, and the one setting that it takes. */
    public enum Attribute {
        /** Bytes of unused memory that the pool keeps instead of giving back; can be set. */
        RELEASE_THRESHOLD,
        /** Bytes that the pool holds of the device's memory now. */
        RESERVED_CURRENT,
        /** The most bytes that the pool ever held; can be set to 0. */
        RESERVED_HIGH,
        /** Bytes that are allocated from the pool now. */
        USED_CURRENT,
        /** The most bytes that were ever allocated from the pool; can be set to 0. */
        USED_HIGH;

        // Asked when used: the generated class cannot be initialised where native access is denied.
        int code() {
            return switch (this) {
                case RELEASE_THRESHOLD -> cuda_h.CU_MEMPOOL_ATTR_RELEASE_THRESHOLD();
                case RESERVED_CURRENT -> cuda_h.CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT();
                case RESERVED_HIGH -> cuda_h.CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH();
                case USED_CURRENT -> cuda_h.CU_MEMPOOL_ATTR_USED_MEM_CURRENT();
                case USED_HIGH -> cuda_h.CU_MEMPOOL_ATTR_USED_MEM_HIGH();
            };
        }
    }

    /**
     * The pool that every user of the device in this process shares, unless it asks for another.
     *
     * @param device the device
     * @return the pool, which the driver owns
     */
    public long defaultPool(int device) {
        features.require(DriverFeature.MEMORY_POOLS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuDeviceGetDefaultMemPool(out, device), "cuDeviceGetDefaultMemPool");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Creates a pool of memory of a device.
     *
     * @param device the device
     * @return the pool, to be destroyed by {@link #destroy}
     */
    public long create(int device) {
        features.require(DriverFeature.MEMORY_POOLS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = arena.allocate(CUmemPoolProps_st.layout());
            CUmemPoolProps_st.allocType(properties, cuda_h.CU_MEM_ALLOCATION_TYPE_PINNED());
            MemorySegment location = CUmemPoolProps_st.location(properties);
            CUmemLocation_st.type(location, cuda_h.CU_MEM_LOCATION_TYPE_DEVICE());
            CUmemLocation_st.id(location, device);
            MemorySegment out = Scratch.segment();
            DriverErrors.check(cuda_h.cuMemPoolCreate(out, properties), "cuMemPoolCreate");
            return out.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /**
     * Destroys a pool; memory that is still allocated from it stays usable until it is freed.
     *
     * @param pool a pool of {@link #create}
     */
    public void destroy(long pool) {
        features.require(DriverFeature.MEMORY_POOLS);
        DriverErrors.check(
                cuda_h.cuMemPoolDestroy(MemorySegment.ofAddress(pool)), "cuMemPoolDestroy");
    }

    /**
     * Allocates device memory from a pool in the order of a stream.
     *
     * @param pool the pool
     * @param bytes how much, more than 0
     * @param stream the stream
     * @return the address, usable by work that follows in the stream; to be freed by {@link
     *     CudaMemory#freeAsync} or {@link CudaMemory#free}
     * @throws OutOfDeviceMemoryException when there is not enough
     */
    public long allocate(long pool, long bytes, long stream) {
        features.require(DriverFeature.MEMORY_POOLS);
        MemorySegment out = Scratch.segment();
        int code =
                cuda_h.cuMemAllocFromPoolAsync(
                        out, bytes, MemorySegment.ofAddress(pool), MemorySegment.ofAddress(stream));
        if (code != 0) {
            throw DriverErrors.exception(
                    code, "cuMemAllocFromPoolAsync", "asked for " + bytes + " bytes");
        }
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Gives unused memory of a pool back to the device.
     *
     * @param pool the pool
     * @param bytesToKeep how much the pool may go on holding, used memory included
     */
    public void trim(long pool, long bytesToKeep) {
        features.require(DriverFeature.MEMORY_POOLS);
        DriverErrors.check(
                cuda_h.cuMemPoolTrimTo(MemorySegment.ofAddress(pool), bytesToKeep),
                "cuMemPoolTrimTo");
    }

    /**
     * Reads an attribute of a pool.
     *
     * @param pool the pool
     * @param attribute the attribute
     * @return bytes, as an unsigned number
     */
    public long attribute(long pool, Attribute attribute) {
        features.require(DriverFeature.MEMORY_POOLS);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuMemPoolGetAttribute(MemorySegment.ofAddress(pool), attribute.code(), out),
                "cuMemPoolGetAttribute");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Sets an attribute of a pool.
     *
     * @param pool the pool
     * @param attribute an attribute that can be set
     * @param bytes its value, as an unsigned number
     */
    public void setAttribute(long pool, Attribute attribute, long bytes) {
        features.require(DriverFeature.MEMORY_POOLS);
        MemorySegment value = Scratch.segment();
        value.set(ValueLayout.JAVA_LONG, 0, bytes);
        int code =
                cuda_h.cuMemPoolSetAttribute(
                        MemorySegment.ofAddress(pool), attribute.code(), value);
        if (code != 0) {
            throw DriverErrors.exception(
                    code,
                    "cuMemPoolSetAttribute",
                    attribute + " = " + Long.toUnsignedString(bytes));
        }
    }

    /**
     * Lets kernels and copies of another device read and write the memory of a pool.
     *
     * @param pool the pool
     * @param device the other device
     */
    public void allowAccess(long pool, int device) {
        features.require(DriverFeature.POOL_PEER_ACCESS);
        MethodHandle function = setAccess;
        if (function == null) {
            throw new AssertionError("the feature is there and its function is not");
        }
        MemorySegment description = Scratch.segment().asSlice(0, ACCESS_BYTES);
        CUmemLocation_st.type(description, cuda_h.CU_MEM_LOCATION_TYPE_DEVICE());
        CUmemLocation_st.id(description, device);
        description.set(ValueLayout.JAVA_INT, CUmemLocation_st.sizeof(), READ_WRITE);
        DriverErrors.check(
                Downcalls.invoke(function, MemorySegment.ofAddress(pool), description, 1),
                "cuMemPoolSetAccess");
    }
}
