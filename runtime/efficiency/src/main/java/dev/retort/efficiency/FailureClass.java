package dev.retort.efficiency;

/** Why a run, or an attempt of it, failed. */
public enum FailureClass {
    /** A fault of a device or machine: an XID, an uncorrectable ECC error, a lost device. */
    HARDWARE,
    /** A fault of what is around it: network, file system, scheduler. */
    INFRASTRUCTURE,
    /** Memory ran out, on the host or the device. */
    OUT_OF_MEMORY,
    /** A loss or gradient that is infinite or not a number. */
    NUMERIC,
    /** No progress without an error. */
    HANG,
    /** An error of the program. */
    USER_CODE,
    /** The machine was taken away. */
    PREEMPTED,
    /** The user stopped it: not a failure in a failure rate. */
    CANCELLED,
    /** The process ended without a word, which a resumed run finds in its journal. */
    KILLED
}
