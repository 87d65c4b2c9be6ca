package dev.retort.cuda;

import dev.retort.cuda.CudaException.Failure;
import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.IntSupplier;

/** The one funnel from results of NVML to exceptions. */
final class NvmlErrors {
    private NvmlErrors() {}

    /** Passes on success. */
    static void check(int code, String function) {
        if (code != 0) {
            throw exception(code, function);
        }
    }

    /** The exception of a failed call. */
    static CudaException exception(int code, String function) {
        Failure failure = failure(code, function);
        if (code == nvml_h.NVML_ERROR_MEMORY()) {
            return new OutOfDeviceMemoryException(failure);
        }
        if (code == nvml_h.NVML_ERROR_NOT_SUPPORTED()
                || code == nvml_h.NVML_ERROR_FUNCTION_NOT_FOUND()
                || code == nvml_h.NVML_ERROR_ARGUMENT_VERSION_MISMATCH()
                || code == nvml_h.NVML_ERROR_DEPRECATED()) {
            return new NotSupportedException(failure);
        }
        if (code == nvml_h.NVML_ERROR_GPU_IS_LOST() || code == nvml_h.NVML_ERROR_RESET_REQUIRED()) {
            return new DeviceLostException(failure);
        }
        return new CudaException(failure);
    }

    /** A failed call as data, for absence instead of an exception. */
    static Failure failure(int code, String function) {
        MemorySegment text = nvml_h.nvmlErrorString(code);
        return new Failure(
                function,
                code,
                Names.BY_CODE.getOrDefault(code, "unknown nvmlReturn_t " + code),
                text.equals(MemorySegment.NULL) ? "no description" : text.getString(0),
                false);
    }

    /** A call that was not made because the library has no such function. */
    static Failure missingFunction(String function, String reason) {
        int code = nvml_h.NVML_ERROR_FUNCTION_NOT_FOUND();
        return new Failure(function, code, "NVML_ERROR_FUNCTION_NOT_FOUND", reason, false);
    }

    /**
     * NVML describes a code but does not name it. Apart, so that it is made at the first failure.
     */
    private static final class Names {
        static final Map<Integer, String> BY_CODE =
                Map.ofEntries(
                        name("NVML_ERROR_UNINITIALIZED", nvml_h::NVML_ERROR_UNINITIALIZED),
                        name("NVML_ERROR_INVALID_ARGUMENT", nvml_h::NVML_ERROR_INVALID_ARGUMENT),
                        name("NVML_ERROR_NOT_SUPPORTED", nvml_h::NVML_ERROR_NOT_SUPPORTED),
                        name("NVML_ERROR_NO_PERMISSION", nvml_h::NVML_ERROR_NO_PERMISSION),
                        name(
                                "NVML_ERROR_ALREADY_INITIALIZED",
                                nvml_h::NVML_ERROR_ALREADY_INITIALIZED),
                        name("NVML_ERROR_NOT_FOUND", nvml_h::NVML_ERROR_NOT_FOUND),
                        name("NVML_ERROR_INSUFFICIENT_SIZE", nvml_h::NVML_ERROR_INSUFFICIENT_SIZE),
                        name(
                                "NVML_ERROR_INSUFFICIENT_POWER",
                                nvml_h::NVML_ERROR_INSUFFICIENT_POWER),
                        name("NVML_ERROR_DRIVER_NOT_LOADED", nvml_h::NVML_ERROR_DRIVER_NOT_LOADED),
                        name("NVML_ERROR_TIMEOUT", nvml_h::NVML_ERROR_TIMEOUT),
                        name("NVML_ERROR_IRQ_ISSUE", nvml_h::NVML_ERROR_IRQ_ISSUE),
                        name("NVML_ERROR_LIBRARY_NOT_FOUND", nvml_h::NVML_ERROR_LIBRARY_NOT_FOUND),
                        name(
                                "NVML_ERROR_FUNCTION_NOT_FOUND",
                                nvml_h::NVML_ERROR_FUNCTION_NOT_FOUND),
                        name("NVML_ERROR_CORRUPTED_INFOROM", nvml_h::NVML_ERROR_CORRUPTED_INFOROM),
                        name("NVML_ERROR_GPU_IS_LOST", nvml_h::NVML_ERROR_GPU_IS_LOST),
                        name("NVML_ERROR_RESET_REQUIRED", nvml_h::NVML_ERROR_RESET_REQUIRED),
                        name("NVML_ERROR_OPERATING_SYSTEM", nvml_h::NVML_ERROR_OPERATING_SYSTEM),
                        name(
                                "NVML_ERROR_LIB_RM_VERSION_MISMATCH",
                                nvml_h::NVML_ERROR_LIB_RM_VERSION_MISMATCH),
                        name("NVML_ERROR_IN_USE", nvml_h::NVML_ERROR_IN_USE),
                        name("NVML_ERROR_MEMORY", nvml_h::NVML_ERROR_MEMORY),
                        name("NVML_ERROR_NO_DATA", nvml_h::NVML_ERROR_NO_DATA),
                        name(
                                "NVML_ERROR_VGPU_ECC_NOT_SUPPORTED",
                                nvml_h::NVML_ERROR_VGPU_ECC_NOT_SUPPORTED),
                        name(
                                "NVML_ERROR_INSUFFICIENT_RESOURCES",
                                nvml_h::NVML_ERROR_INSUFFICIENT_RESOURCES),
                        name(
                                "NVML_ERROR_FREQ_NOT_SUPPORTED",
                                nvml_h::NVML_ERROR_FREQ_NOT_SUPPORTED),
                        name(
                                "NVML_ERROR_ARGUMENT_VERSION_MISMATCH",
                                nvml_h::NVML_ERROR_ARGUMENT_VERSION_MISMATCH),
                        name("NVML_ERROR_DEPRECATED", nvml_h::NVML_ERROR_DEPRECATED),
                        name("NVML_ERROR_NOT_READY", nvml_h::NVML_ERROR_NOT_READY),
                        name("NVML_ERROR_GPU_NOT_FOUND", nvml_h::NVML_ERROR_GPU_NOT_FOUND),
                        name("NVML_ERROR_INVALID_STATE", nvml_h::NVML_ERROR_INVALID_STATE),
                        name(
                                "NVML_ERROR_RESET_TYPE_NOT_SUPPORTED",
                                nvml_h::NVML_ERROR_RESET_TYPE_NOT_SUPPORTED),
                        name("NVML_ERROR_UNKNOWN", nvml_h::NVML_ERROR_UNKNOWN));

        private static Map.Entry<Integer, String> name(String name, IntSupplier code) {
            return Map.entry(code.getAsInt(), name);
        }
    }
}
