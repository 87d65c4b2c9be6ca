package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.util.function.IntSupplier;

/** Properties of a device that {@link CudaDevices#attribute} reads. */
public enum DeviceAttribute {
    /** Most threads in a block. */
    MAX_THREADS_PER_BLOCK(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
    /** Most threads of a block along x. */
    MAX_BLOCK_DIM_X(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X),
    /** Most threads of a block along y. */
    MAX_BLOCK_DIM_Y(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y),
    /** Most threads of a block along z. */
    MAX_BLOCK_DIM_Z(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z),
    /** Most blocks of a grid along x. */
    MAX_GRID_DIM_X(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X),
    /** Most blocks of a grid along y. */
    MAX_GRID_DIM_Y(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y),
    /** Most blocks of a grid along z. */
    MAX_GRID_DIM_Z(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z),
    /** Shared memory of a block, in bytes. */
    MAX_SHARED_MEMORY_PER_BLOCK(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK),
    /** Shared memory of a block that asks for more than the default, in bytes. */
    MAX_SHARED_MEMORY_PER_BLOCK_OPTIN(
            cuda_h::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
    /** Shared memory of a multiprocessor, in bytes. */
    MAX_SHARED_MEMORY_PER_MULTIPROCESSOR(
            cuda_h::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR),
    /** Registers of 32 bits that a block can have. */
    MAX_REGISTERS_PER_BLOCK(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK),
    /** Registers of 32 bits of a multiprocessor. */
    MAX_REGISTERS_PER_MULTIPROCESSOR(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR),
    /** Most resident threads of a multiprocessor. */
    MAX_THREADS_PER_MULTIPROCESSOR(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR),
    /** Most resident blocks of a multiprocessor. */
    MAX_BLOCKS_PER_MULTIPROCESSOR(cuda_h::CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR),
    /** Threads of a warp. */
    WARP_SIZE(cuda_h::CU_DEVICE_ATTRIBUTE_WARP_SIZE),
    /** Multiprocessors of the device. */
    MULTIPROCESSOR_COUNT(cuda_h::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
    /** Major number of the compute capability. */
    COMPUTE_CAPABILITY_MAJOR(cuda_h::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
    /** Minor number of the compute capability. */
    COMPUTE_CAPABILITY_MINOR(cuda_h::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
    /** Peak clock of the multiprocessors, in kHz. */
    CLOCK_RATE(cuda_h::CU_DEVICE_ATTRIBUTE_CLOCK_RATE),
    /** Peak clock of the memory, in kHz. */
    MEMORY_CLOCK_RATE(cuda_h::CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE),
    /** Width of the memory bus, in bits. */
    GLOBAL_MEMORY_BUS_WIDTH(cuda_h::CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH),
    /** Size of the L2 cache, in bytes. */
    L2_CACHE_SIZE(cuda_h::CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE),
    /** Copy engines that work beside kernels. */
    ASYNC_ENGINE_COUNT(cuda_h::CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT),
    /** 1 when several kernels run at once. */
    CONCURRENT_KERNELS(cuda_h::CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS),
    /** 1 when cooperative launches are possible. */
    COOPERATIVE_LAUNCH(cuda_h::CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH),
    /** 1 when launches of block clusters are possible. */
    CLUSTER_LAUNCH(cuda_h::CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH),
    /** 1 when memory can be allocated in the order of a stream. */
    MEMORY_POOLS_SUPPORTED(cuda_h::CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED),
    /** 1 when memory is protected by ECC. */
    ECC_ENABLED(cuda_h::CU_DEVICE_ATTRIBUTE_ECC_ENABLED),
    /** 1 when the device shares its memory with the host. */
    INTEGRATED(cuda_h::CU_DEVICE_ATTRIBUTE_INTEGRATED),
    /** 1 when host and device share one address space. */
    UNIFIED_ADDRESSING(cuda_h::CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING),
    /** 1 when the device can use managed memory. */
    MANAGED_MEMORY(cuda_h::CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY),
    /** The compute mode: 0 default, 2 prohibited, 3 exclusive process. */
    COMPUTE_MODE(cuda_h::CU_DEVICE_ATTRIBUTE_COMPUTE_MODE),
    /** PCI domain of the device. */
    PCI_DOMAIN_ID(cuda_h::CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID),
    /** PCI bus of the device. */
    PCI_BUS_ID(cuda_h::CU_DEVICE_ATTRIBUTE_PCI_BUS_ID),
    /** PCI device on its bus. */
    PCI_DEVICE_ID(cuda_h::CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID);

    // Asked when used: the generated class cannot be initialised where native access is denied.
    @SuppressWarnings("ImmutableEnumChecker") // a method reference has no state
    private final IntSupplier code;

    DeviceAttribute(IntSupplier code) {
        this.code = code;
    }

    /** The value of the driver's {@code CUdevice_attribute}. */
    int code() {
        return code.getAsInt();
    }
}
