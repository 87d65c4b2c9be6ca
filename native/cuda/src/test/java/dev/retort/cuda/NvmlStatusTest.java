package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.ffi.nvml.nvml_h;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvmlStatusTest {
    @ParameterizedTest
    @EnumSource
    void numbersAreThoseOfTheHeader(NvmlStatus status) throws ReflectiveOperationException {
        assertEquals(nvml_h.class.getMethod(status.cName()).invoke(null), status.code());
        assertEquals(status, NvmlStatus.of(status.code()));
        assertFalse(status.permanent() && status.deviceLost());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 31, 998, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void otherNumbersAreUnknown(int code) {
        assertEquals(NvmlStatus.UNKNOWN, NvmlStatus.of(code));
        assertTrue(NvmlErrors.failure(1, "f").name().startsWith("NVML_ERROR_UNINITIALIZED"));
    }
}
