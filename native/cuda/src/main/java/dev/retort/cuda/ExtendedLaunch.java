package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.CUlaunchAttributeValue_union;
import dev.retort.cuda.ffi.driver.CUlaunchAttribute_st;
import dev.retort.cuda.ffi.driver.CUlaunchConfig_st;
import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;

/** The driver's struct of a launch with attributes, of which a launch has one: its cluster. */
final class ExtendedLaunch {
    private ExtendedLaunch() {}

    /**
     * Writes the struct.
     *
     * @param memory where to, aligned to 8 bytes; the attribute comes behind the struct
     * @param shape the launch
     * @param stream its stream
     * @return the struct
     */
    static MemorySegment config(MemorySegment memory, LaunchShape shape, long stream) {
        CUlaunchConfig_st.gridDimX(memory, shape.gridX());
        CUlaunchConfig_st.gridDimY(memory, shape.gridY());
        CUlaunchConfig_st.gridDimZ(memory, shape.gridZ());
        CUlaunchConfig_st.blockDimX(memory, shape.blockX());
        CUlaunchConfig_st.blockDimY(memory, shape.blockY());
        CUlaunchConfig_st.blockDimZ(memory, shape.blockZ());
        CUlaunchConfig_st.sharedMemBytes(memory, shape.sharedBytes());
        CUlaunchConfig_st.hStream(memory, MemorySegment.ofAddress(stream));
        MemorySegment attribute =
                memory.asSlice(CUlaunchConfig_st.sizeof(), CUlaunchAttribute_st.sizeof());
        CUlaunchConfig_st.attrs(memory, attribute);
        CUlaunchConfig_st.numAttrs(memory, 1);
        CUlaunchAttribute_st.id(attribute, cuda_h.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION());
        MemorySegment cluster =
                CUlaunchAttributeValue_union.clusterDim(CUlaunchAttribute_st.value(attribute));
        CUlaunchAttributeValue_union.clusterDim.x(cluster, shape.clusterX());
        CUlaunchAttributeValue_union.clusterDim.y(cluster, shape.clusterY());
        CUlaunchAttributeValue_union.clusterDim.z(cluster, shape.clusterZ());
        return memory;
    }
}
