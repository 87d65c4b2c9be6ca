package dev.retort.cuda;

import java.util.List;

/**
 * The parts of the CUDA driver API that may be missing from an installed driver on their own. A
 * method of a missing feature throws {@link NotSupportedException}; {@link
 * CudaDriver#availability(DriverFeature)} tells beforehand.
 */
public enum DriverFeature implements RequiredSymbols {
    /**
     * Enumeration of devices, their names, attributes and memory; without it there is no driver.
     */
    DEVICES(
            "cuInit",
            "cuDriverGetVersion",
            "cuGetErrorName",
            "cuGetErrorString",
            "cuDeviceGet",
            "cuDeviceGetCount",
            "cuDeviceGetName",
            "cuDeviceGetAttribute",
            "cuDeviceGetPCIBusId",
            "cuDeviceTotalMem_v2"),
    /** The UUID of a device, under MIG that of the instance. */
    DEVICE_UUID("cuDeviceGetUuid_v2"),
    /** The primary context of a device, which all users of the device in the process share. */
    CONTEXTS(
            "cuDevicePrimaryCtxRetain",
            "cuDevicePrimaryCtxRelease_v2",
            "cuCtxPushCurrent_v2",
            "cuCtxPopCurrent_v2",
            "cuCtxSetCurrent",
            "cuCtxGetCurrent",
            "cuCtxSynchronize"),
    /** Device memory, copies and fills. */
    MEMORY(
            "cuMemGetInfo_v2",
            "cuMemAlloc_v2",
            "cuMemFree_v2",
            "cuMemcpyHtoD_v2",
            "cuMemcpyDtoH_v2",
            "cuMemcpyDtoD_v2",
            "cuMemcpyHtoDAsync_v2",
            "cuMemcpyDtoHAsync_v2",
            "cuMemcpyDtoDAsync_v2",
            "cuMemsetD8_v2",
            "cuMemsetD8Async",
            "cuMemsetD32Async"),
    /** Page-locked host memory. */
    PINNED_MEMORY("cuMemHostAlloc", "cuMemFreeHost"),
    /** Allocation in the order of a stream, from a pool. */
    STREAM_ORDERED_MEMORY("cuMemAllocAsync", "cuMemFreeAsync"),
    /** The pools of that memory, their statistics and limits. */
    MEMORY_POOLS(
            "cuDeviceGetDefaultMemPool",
            "cuMemPoolCreate",
            "cuMemPoolDestroy",
            "cuMemAllocFromPoolAsync",
            "cuMemPoolTrimTo",
            "cuMemPoolGetAttribute",
            "cuMemPoolSetAttribute"),
    /** Access of one device to memory of another's pool. */
    POOL_PEER_ACCESS("cuMemPoolSetAccess"),
    /** Access of one device to memory of another, and copies between them. */
    PEER_ACCESS(
            "cuDeviceCanAccessPeer",
            "cuCtxEnablePeerAccess",
            "cuCtxDisablePeerAccess",
            "cuMemcpyPeerAsync"),
    /** Streams. */
    STREAMS(
            "cuCtxGetStreamPriorityRange",
            "cuStreamCreateWithPriority",
            "cuStreamDestroy_v2",
            "cuStreamQuery",
            "cuStreamSynchronize",
            "cuStreamWaitEvent"),
    /** Events. */
    EVENTS(
            "cuEventCreate",
            "cuEventDestroy_v2",
            "cuEventRecord",
            "cuEventQuery",
            "cuEventSynchronize"),
    /** The time between two events; renamed in CUDA 12.8. */
    EVENT_TIMING("cuEventElapsedTime_v2|cuEventElapsedTime"),
    /** Modules, functions and their launch. */
    MODULES(
            "cuModuleLoadDataEx",
            "cuModuleUnload",
            "cuModuleGetFunction",
            "cuFuncGetAttribute",
            "cuFuncSetAttribute",
            "cuLaunchKernel",
            "cuModuleGetGlobal_v2"),
    /** Number, offsets and sizes of a kernel's parameters; since CUDA 12.4. */
    KERNEL_PARAMETERS("cuFuncGetParamInfo"),
    /** How much of a device a kernel can occupy. */
    OCCUPANCY("cuOccupancyMaxActiveBlocksPerMultiprocessor", "cuOccupancyMaxPotentialBlockSize"),
    /** Launches whose blocks form clusters; since CUDA 11.8. */
    CLUSTERS("cuLaunchKernelEx", "cuOccupancyMaxActiveClusters"),
    /** Capture of a stream's work into a graph, and its replay. */
    GRAPHS(
            "cuStreamBeginCapture_v2",
            "cuStreamEndCapture",
            "cuStreamIsCapturing",
            "cuGraphInstantiateWithFlags",
            "cuGraphUpload",
            "cuGraphLaunch",
            "cuGraphExecDestroy",
            "cuGraphDestroy");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> symbols;

    DriverFeature(String... symbols) {
        this.symbols = List.of(symbols);
    }

    /**
     * The functions that the driver must export.
     *
     * @return their names; {@code a|b} stands for either of two
     */
    @Override
    public List<String> symbols() {
        return symbols;
    }
}
