package dev.retort.cuda;

/**
 * The device or the installed driver cannot do what was asked, now or later in this process: {@code
 * CUDA_ERROR_NOT_SUPPORTED}, {@code CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER}, {@code
 * NVML_ERROR_NOT_SUPPORTED}, {@code NVML_ERROR_FUNCTION_NOT_FOUND}, {@code
 * NVML_ERROR_ARGUMENT_VERSION_MISMATCH} or {@code NVML_ERROR_DEPRECATED}; and every function that
 * the installed driver does not export. A caller takes another way and does not ask again.
 */
public final class NotSupportedException extends CudaException {
    private static final long serialVersionUID = 1L;

    NotSupportedException(Failure failure) {
        super(failure);
    }
}
