package dev.retort.cuda;

import dev.retort.cuda.CudaException.Failure;
import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.MemorySegment;

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
        if (code == NvmlStatus.MEMORY.code()) {
            return new OutOfDeviceMemoryException(failure);
        }
        if (NvmlStatus.of(code).permanent()) {
            return new NotSupportedException(failure);
        }
        if (NvmlStatus.of(code).deviceLost()) {
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
                name(code),
                text.equals(MemorySegment.NULL) ? "no description" : text.getString(0),
                false);
    }

    /** A call that was not made because the library has no such function. */
    static Failure missingFunction(String function, String reason) {
        NvmlStatus status = NvmlStatus.FUNCTION_NOT_FOUND;
        return new Failure(function, status.code(), status.cName(), reason, false);
    }

    /** A struct that the driver lays out in a way that is not known here. */
    static Failure unknownLayout(String text) {
        NvmlStatus status = NvmlStatus.ARGUMENT_VERSION_MISMATCH;
        return new Failure(
                "nvmlDeviceGetComputeRunningProcesses_v3",
                status.code(),
                status.cName(),
                text,
                false);
    }

    /** NVML describes a code but does not name it. */
    private static String name(int code) {
        NvmlStatus status = NvmlStatus.of(code);
        return status.code() == code ? status.cName() : "unknown nvmlReturn_t " + code;
    }
}
