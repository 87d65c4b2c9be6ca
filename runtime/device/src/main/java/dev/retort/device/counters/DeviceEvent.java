package dev.retort.device.counters;

/**
 * Something that a device reported of itself.
 *
 * @param kind what
 * @param code for a critical error the XID, 999 when the driver does not know it; otherwise a
 *     number whose meaning is the driver's
 */
public record DeviceEvent(Kind kind, long code) {
    /** What was reported. */
    public enum Kind {
        /** A critical error of the driver (XID). */
        CRITICAL_ERROR,
        /** A memory error that ECC could not correct. */
        UNCORRECTED_MEMORY_ERROR,
        /** The partition into MIG instances changed. */
        PARTITION_CHANGED,
        /** The device cannot be used. */
        UNAVAILABLE,
        /** What it takes to recover changed. */
        RECOVERY_ACTION_CHANGED,
        /** Anything else. */
        OTHER
    }
}
