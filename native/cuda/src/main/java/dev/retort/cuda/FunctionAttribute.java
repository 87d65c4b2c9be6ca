package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.util.function.IntSupplier;

/** Properties of a kernel function that {@link CudaModules} reads and, where said, sets. */
public enum FunctionAttribute {
    /** Most threads of a block with which the kernel can be launched. */
    MAX_THREADS_PER_BLOCK(cuda_h::CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
    /** Static shared memory of a block, in bytes. */
    SHARED_SIZE_BYTES(cuda_h::CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES),
    /** Constant memory, in bytes. */
    CONST_SIZE_BYTES(cuda_h::CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES),
    /** Local memory of a thread, in bytes. */
    LOCAL_SIZE_BYTES(cuda_h::CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES),
    /** Registers of a thread. */
    NUM_REGS(cuda_h::CU_FUNC_ATTRIBUTE_NUM_REGS),
    /** Architecture of the PTX from which it was compiled, 10 × major + minor. */
    PTX_VERSION(cuda_h::CU_FUNC_ATTRIBUTE_PTX_VERSION),
    /** Architecture of the code, 10 × major + minor. */
    BINARY_VERSION(cuda_h::CU_FUNC_ATTRIBUTE_BINARY_VERSION),
    /** Most dynamic shared memory of a launch, in bytes; can be set. */
    MAX_DYNAMIC_SHARED_SIZE_BYTES(cuda_h::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES),
    /** 1 when a launch must name a cluster, because the code does not. */
    CLUSTER_SIZE_MUST_BE_SET(cuda_h::CU_FUNC_ATTRIBUTE_CLUSTER_SIZE_MUST_BE_SET),
    /** Blocks of a cluster along x that the code demands, or 0. */
    REQUIRED_CLUSTER_WIDTH(cuda_h::CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH),
    /** Blocks of a cluster along y that the code demands, or 0. */
    REQUIRED_CLUSTER_HEIGHT(cuda_h::CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT),
    /** Blocks of a cluster along z that the code demands, or 0. */
    REQUIRED_CLUSTER_DEPTH(cuda_h::CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH),
    /** 1 when clusters of more than 8 blocks are allowed; can be set. */
    NON_PORTABLE_CLUSTER_SIZE_ALLOWED(cuda_h::CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED),
    /** Preferred share of shared memory, in percent, or −1; can be set. */
    PREFERRED_SHARED_MEMORY_CARVEOUT(cuda_h::CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT);

    // Asked when used: the generated class cannot be initialised where native access is denied.
    @SuppressWarnings("ImmutableEnumChecker") // a method reference has no state
    private final IntSupplier code;

    FunctionAttribute(IntSupplier code) {
        this.code = code;
    }

    /** The value of the driver's {@code CUfunction_attribute}. */
    int code() {
        return code.getAsInt();
    }
}
