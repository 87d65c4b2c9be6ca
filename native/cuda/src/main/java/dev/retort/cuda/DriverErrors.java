package dev.retort.cuda;

import dev.retort.cuda.CudaException.Failure;
import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;

/** The one funnel from results of the driver API to exceptions. */
final class DriverErrors {
    private DriverErrors() {}

    /** Passes on success. */
    static void check(int code, String function) {
        if (code != 0) {
            throw exception(code, function, "");
        }
    }

    /**
     * The exception of a failed call.
     *
     * @param code the result, not 0
     * @param function the function that returned it
     * @param detail what the call was about, or empty
     */
    static CudaException exception(int code, String function, String detail) {
        Failure failure = failure(code, function, detail);
        if (code == cuda_h.CUDA_ERROR_OUT_OF_MEMORY()) {
            return new OutOfDeviceMemoryException(failure);
        }
        if (code == cuda_h.CUDA_ERROR_NOT_SUPPORTED()
                || code == cuda_h.CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER()) {
            return new NotSupportedException(failure);
        }
        return lost(code, function) ? new DeviceLostException(failure) : new CudaException(failure);
    }

    private static boolean lost(int code, String function) {
        if (code == cuda_h.CUDA_ERROR_DEVICE_UNAVAILABLE()) {
            // A context is also refused when another process has the device for itself.
            return !function.equals("cuDevicePrimaryCtxRetain");
        }
        return code == cuda_h.CUDA_ERROR_ECC_UNCORRECTABLE()
                || code == cuda_h.CUDA_ERROR_NVLINK_UNCORRECTABLE()
                || code == cuda_h.CUDA_ERROR_CONTAINED();
    }

    /** A failed call as data, for absence instead of an exception. */
    static Failure failure(int code, String function, String detail) {
        String text = text(code);
        return new Failure(
                function,
                code,
                name(code),
                detail.isEmpty() ? text : text + "; " + detail,
                fatalToProcess(code));
    }

    /** A call that was not made because the driver has no such function. */
    static Failure missingFunction(String function, String reason) {
        return new Failure(
                function,
                cuda_h.CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER(),
                "CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER",
                reason,
                false);
    }

    private static String name(int code) {
        MemorySegment out = Scratch.segment();
        return cuda_h.cuGetErrorName(code, out) == 0 ? string(out) : "unknown CUresult " + code;
    }

    private static String text(int code) {
        MemorySegment out = Scratch.segment();
        return cuda_h.cuGetErrorString(code, out) == 0 ? string(out) : "no description";
    }

    private static String string(MemorySegment out) {
        // The generated layout of a pointer has a target, so the pointer needs no reinterpretation.
        return out.get(cuda_h.C_POINTER, 0).getString(0);
    }

    /** The codes of which cuda.h says that the process must be terminated and relaunched. */
    private static boolean fatalToProcess(int code) {
        return code == cuda_h.CUDA_ERROR_CONTAINED()
                || code == cuda_h.CUDA_ERROR_ILLEGAL_ADDRESS()
                || code == cuda_h.CUDA_ERROR_LAUNCH_TIMEOUT()
                || code == cuda_h.CUDA_ERROR_HARDWARE_STACK_ERROR()
                || code == cuda_h.CUDA_ERROR_ILLEGAL_INSTRUCTION()
                || code == cuda_h.CUDA_ERROR_MISALIGNED_ADDRESS()
                || code == cuda_h.CUDA_ERROR_INVALID_ADDRESS_SPACE()
                || code == cuda_h.CUDA_ERROR_INVALID_PC()
                || code == cuda_h.CUDA_ERROR_LAUNCH_FAILED()
                || code == cuda_h.CUDA_ERROR_TENSOR_MEMORY_LEAK()
                || code == cuda_h.CUDA_ERROR_MPS_CLIENT_TERMINATED()
                || code == cuda_h.CUDA_ERROR_EXTERNAL_DEVICE();
    }
}
