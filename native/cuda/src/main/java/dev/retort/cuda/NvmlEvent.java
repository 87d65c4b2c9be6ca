package dev.retort.cuda;

/**
 * Something that happened to a device.
 *
 * @param device the device's handle; of a MIG device, that of the GPU
 * @param type the bit of the event's kind, as in {@code nvmlEventType*}
 * @param data for {@link #CRITICAL_XID} the XID's number, 999 when the driver does not know it
 * @param gpuInstance the MIG GPU instance, or {@link #NO_INSTANCE}
 * @param computeInstance the MIG compute instance, or {@link #NO_INSTANCE}
 */
public record NvmlEvent(long device, long type, long data, int gpuInstance, int computeInstance) {
    /** A corrected memory error. */
    public static final long SINGLE_BIT_ECC_ERROR = 0x1;

    /** An uncorrected memory error. */
    public static final long DOUBLE_BIT_ECC_ERROR = 0x2;

    /** A critical error; the data is its XID. */
    public static final long CRITICAL_XID = 0x8;

    /** The partition into MIG instances changed. */
    public static final long MIG_CONFIGURATION_CHANGE = 0x100;

    /** The device cannot be used. */
    public static final long GPU_UNAVAILABLE = 0x4000;

    /** What it takes to recover changed. */
    public static final long RECOVERY_ACTION = 0x8000;

    /** The event is of no MIG instance. */
    public static final int NO_INSTANCE = -1;
}
