package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.cuda.ffi.driver.CUuuid_st;
import dev.retort.cuda.ffi.driver.cuda_h;
import dev.retort.cuda.ffi.nvml.nvmlMemory_v2_st;
import dev.retort.cuda.ffi.nvml.nvmlPciInfo_st;
import dev.retort.cuda.ffi.nvml.nvmlTemperature_v1_t;
import dev.retort.cuda.ffi.nvml.nvmlUtilization_st;
import dev.retort.cuda.ffi.nvml.nvml_h;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Set;

/** The parts of the binary interface on which the hand-written code relies. */
class BindingsTest {
    @Test
    void constantsNeedNoLibrary() {
        assertEquals(13000, cuda_h.CUDA_VERSION());
        assertEquals(15, nvml_h.NVML_ERROR_GPU_IS_LOST());
    }

    @Test
    void structsHaveTheSizesOfTheHeaders() {
        assertEquals(16, CUuuid_st.sizeof());
        assertEquals(40, nvmlMemory_v2_st.sizeof());
        assertEquals(8, nvmlMemory_v2_st.total$offset());
        assertEquals(68, nvmlPciInfo_st.sizeof());
        assertEquals(36, nvmlPciInfo_st.busId$offset());
        assertEquals(12, nvmlTemperature_v1_t.sizeof());
        assertEquals(8, nvmlUtilization_st.sizeof());
    }

    @Test
    void attributesHaveCodesOfTheirOwn() {
        Set<Integer> codes = new HashSet<>();
        for (DeviceAttribute attribute : DeviceAttribute.values()) {
            codes.add(attribute.code());
        }
        assertEquals(DeviceAttribute.values().length, codes.size());
        assertEquals(1, DeviceAttribute.MAX_THREADS_PER_BLOCK.code());
        assertEquals(75, DeviceAttribute.COMPUTE_CAPABILITY_MAJOR.code());
        assertEquals(8, FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES.code());
    }
}
