package dev.retort.experiment;

/** Kinds of failures that are answered differently. */
public enum FailureClass {
    /** The machine or the process; the run itself may be sound. */
    INFRASTRUCTURE,
    /** The scheduler is gone; the run itself is sound. */
    INTERRUPTED,
    /** The memory of the JVM, the machine or the device was exceeded. */
    OUT_OF_MEMORY,
    /** A value was not a number, or the training diverged. */
    NOT_A_NUMBER,
    /** The task threw an exception. */
    USER_CODE,
    /** Too many attempts of the same arm broke their process; no more are made. */
    POISONED
}
