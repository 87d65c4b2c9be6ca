package dev.retort.cuda;

/**
 * The driver has no memory left for the request: {@code CUDA_ERROR_OUT_OF_MEMORY} or {@code
 * NVML_ERROR_MEMORY}. The context stays usable: a caller frees memory or asks for less.
 */
public final class OutOfDeviceMemoryException extends CudaException {
    private static final long serialVersionUID = 1L;

    OutOfDeviceMemoryException(Failure failure) {
        super(failure);
    }
}
