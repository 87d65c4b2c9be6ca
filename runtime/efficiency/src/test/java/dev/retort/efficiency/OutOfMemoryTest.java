package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What engines say when memory runs out, and what they say otherwise. */
final class OutOfMemoryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 79.10 GiB total capacity)",
                "CUDA error: out of memory",
                "cuMemAlloc_v2 failed with CUDA_ERROR_OUT_OF_MEMORY (2)",
                "cudaMalloc failed: 2",
                "[enforce fail at alloc_cpu.cpp:114] err == 0. DefaultCPUAllocator: can't allocate"
                        + " memory: you tried to allocate 4503599627370496 bytes. Error code 12",
                "CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                "Failed to allocate memory for requested buffer of size 1073741824",
                "error=12, Cannot allocate memory"
            })
    void theWordsOfEnginesAreKnownAndSoAreThoseOfACause(String message) {
        RuntimeException error = new IllegalStateException(message);
        assertTrue(OutOfMemory.isMeantBy(error));
        assertTrue(OutOfMemory.isMeantBy(new IllegalStateException("step 7 failed", error)));
    }

    @Test
    void anErrorOfTheJvmIsKnownAsACauseToo() {
        assertTrue(OutOfMemory.isMeantBy(new OutOfMemoryError()));
        assertTrue(
                OutOfMemory.isMeantBy(
                        new IllegalStateException(new OutOfMemoryError("Java heap space"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: an illegal memory access was encountered",
                "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
                "the memory bank has no entry"
            })
    void otherErrorsAreNot(String message) {
        assertFalse(OutOfMemory.isMeantBy(new IllegalStateException(message)));
        assertFalse(OutOfMemory.isMeantBy(new IllegalStateException()));
    }

    @Test
    void causesThatGoRoundInACircleEnd() {
        RuntimeException first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));
        assertFalse(OutOfMemory.isMeantBy(first));
    }
}
