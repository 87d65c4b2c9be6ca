package dev.retort.cuda;

/**
 * How a call of NVML ended: its {@code nvmlReturn_t}, without an exception and without allocation.
 * The names are those of {@code nvml.h} without {@code NVML_} or {@code NVML_ERROR_}.
 */
public enum NvmlStatus {
    /** The call did what it was asked for. */
    SUCCESS(0),
    /** NVML was not initialised, or was shut down. */
    UNINITIALIZED(1),
    /** An argument is invalid; also a handle of a MIG instance that was destroyed. */
    INVALID_ARGUMENT(2),
    /** The device does not have it. */
    NOT_SUPPORTED(3),
    /** This user, or this container, may not. */
    NO_PERMISSION(4),
    /** NVML was initialised before. */
    ALREADY_INITIALIZED(5),
    /** There is no such object, or no sample yet. */
    NOT_FOUND(6),
    /** The caller's memory is too small. */
    INSUFFICIENT_SIZE(7),
    /** A power cable is missing. */
    INSUFFICIENT_POWER(8),
    /** The kernel module is not loaded. */
    DRIVER_NOT_LOADED(9),
    /** The time was up before anything happened. */
    TIMEOUT(10),
    /** The device has trouble with its interrupt. */
    IRQ_ISSUE(11),
    /** NVML's own library is missing. */
    LIBRARY_NOT_FOUND(12),
    /** The installed driver does not have the function. */
    FUNCTION_NOT_FOUND(13),
    /** The device's information ROM is damaged. */
    CORRUPTED_INFOROM(14),
    /** The device fell off the bus. */
    GPU_IS_LOST(15),
    /** The device does nothing more until it is reset. */
    RESET_REQUIRED(16),
    /** The operating system refuses access to the device, as a control group does. */
    OPERATING_SYSTEM(17),
    /** Library and kernel module are of different versions. */
    LIB_RM_VERSION_MISMATCH(18),
    /** The device is in use. */
    IN_USE(19),
    /** There is not enough memory. */
    MEMORY(20),
    /** There is no data. */
    NO_DATA(21),
    /** A virtual device with ECC cannot do this. */
    VGPU_ECC_NOT_SUPPORTED(22),
    /** A resource of the device is exhausted. */
    INSUFFICIENT_RESOURCES(23),
    /** The frequency is not supported. */
    FREQ_NOT_SUPPORTED(24),
    /** The struct's version is not known to the driver. */
    ARGUMENT_VERSION_MISMATCH(25),
    /** The function does nothing any more. */
    DEPRECATED(26),
    /** The system is not ready for the request. */
    NOT_READY(27),
    /** No device was found. */
    GPU_NOT_FOUND(28),
    /** The state does not allow the request. */
    INVALID_STATE(29),
    /** The kind of reset is not supported. */
    RESET_TYPE_NOT_SUPPORTED(30),
    /** An internal failure of the driver, or a code that is not known here. */
    UNKNOWN(999);

    private static final NvmlStatus[] BY_CODE = byCode();

    private final int code;

    NvmlStatus(int code) {
        this.code = code;
    }

    private static NvmlStatus[] byCode() {
        NvmlStatus[] table = new NvmlStatus[values().length - 1];
        for (NvmlStatus status : values()) {
            if (status != UNKNOWN) {
                table[status.code] = status;
            }
        }
        return table;
    }

    /**
     * The status of a result.
     *
     * @param code an {@code nvmlReturn_t}
     * @return its status; {@link #UNKNOWN} for a code that is not known here
     */
    static NvmlStatus of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
    }

    /** {@return the value of {@code nvmlReturn_t}} */
    public int code() {
        return code;
    }

    /** {@return the constant's name in {@code nvml.h}} */
    public String cName() {
        return this == SUCCESS ? "NVML_SUCCESS" : "NVML_ERROR_" + name();
    }

    /**
     * Whether the same question will get the same answer for as long as this driver is loaded.
     *
     * @return true for what the device or the driver does not have
     */
    public boolean permanent() {
        return switch (this) {
            case NOT_SUPPORTED,
                    FUNCTION_NOT_FOUND,
                    ARGUMENT_VERSION_MISMATCH,
                    DEPRECATED,
                    VGPU_ECC_NOT_SUPPORTED ->
                    true;
            default -> false;
        };
    }

    /**
     * Whether nothing more can be learned of the device.
     *
     * @return true when it fell off the bus or needs a reset
     */
    public boolean deviceLost() {
        return this == GPU_IS_LOST || this == RESET_REQUIRED;
    }
}
