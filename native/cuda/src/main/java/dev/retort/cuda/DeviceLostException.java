package dev.retort.cuda;

/**
 * The device is gone or must be reset before it works again: {@code CUDA_ERROR_ECC_UNCORRECTABLE},
 * {@code CUDA_ERROR_NVLINK_UNCORRECTABLE}, {@code CUDA_ERROR_CONTAINED}, {@code
 * CUDA_ERROR_DEVICE_UNAVAILABLE} of a device that was in use, {@code NVML_ERROR_GPU_IS_LOST} or
 * {@code NVML_ERROR_RESET_REQUIRED}. A caller gives up all work on it.
 *
 * <p>The driver has no code of its own for a device that fell off the bus: it may report {@code
 * CUDA_ERROR_LAUNCH_FAILED} or {@code CUDA_ERROR_UNKNOWN}, which are plain {@link CudaException}s.
 * NVML tells these cases apart.
 */
public final class DeviceLostException extends CudaException {
    private static final long serialVersionUID = 1L;

    DeviceLostException(Failure failure) {
        super(failure);
    }

    /**
     * A loss that was seen otherwise than by a call that failed, as by the counters of a device.
     *
     * @param reason one sentence that says how it was seen
     * @return the exception, with the code of NVML for a lost device
     */
    public static DeviceLostException seen(String reason) {
        NvmlStatus status = NvmlStatus.GPU_IS_LOST;
        return new DeviceLostException(
                new Failure("nvml", status.code(), status.cName(), reason, false));
    }

    /**
     * The same failure for a later call, with the stack of that call.
     *
     * @return a new exception whose cause is this one
     */
    public DeviceLostException again() {
        DeviceLostException later =
                new DeviceLostException(
                        new Failure(function(), code(), name(), text(), fatalToProcess()));
        later.initCause(this);
        return later;
    }
}
