package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

/** Why an attempt ended. */
public enum CauseOfEnd {
    /** The task returned its result. */
    COMPLETED(null),
    /** The task stopped at a checkpoint because it was asked to. */
    STOPPED(null),
    /**
     * The process was killed before the task had stopped as it was asked to, mostly since it took
     * too long. What it did since its last checkpoint is lost.
     */
    KILLED_AT_STOP(null),
    /** The task said that its config cannot work. */
    INFEASIBLE(null),
    /** The task threw an exception. */
    EXCEPTION(FailureClass.USER_CODE),
    /** A result was not a number, or the task said that it diverged. */
    NOT_A_NUMBER(FailureClass.NOT_A_NUMBER),
    /** The JVM, the engine or the device ran out of memory and said so. */
    OUT_OF_MEMORY(FailureClass.OUT_OF_MEMORY),
    /** The kernel killed the process for its memory. */
    KILLED_FOR_MEMORY(FailureClass.OUT_OF_MEMORY),
    /** Somebody else killed the process. */
    KILLED(FailureClass.INFRASTRUCTURE),
    /** The process ended by a signal of its own fault, such as SIGSEGV. */
    NATIVE_CRASH(FailureClass.INFRASTRUCTURE),
    /** The process ended without a result and without a signal. */
    EXITED(FailureClass.INFRASTRUCTURE),
    /** The checkpoint it was to go on from is missing or was changed. */
    CHECKPOINT_UNUSABLE(FailureClass.INFRASTRUCTURE),
    /**
     * What it wrote could not be brought to disk: its metrics, so that its result has no evidence,
     * or anything else where the disk was full.
     */
    NOT_WRITTEN(FailureClass.INFRASTRUCTURE),
    /** No heartbeat came for too long, so the process was killed. */
    HUNG(FailureClass.INFRASTRUCTURE),
    /** The process could not be started. */
    NOT_STARTED(FailureClass.INFRASTRUCTURE),
    /** The scheduler that held the lease is gone. */
    LEASE_LOST(FailureClass.INTERRUPTED);

    private final @Nullable FailureClass failure;

    CauseOfEnd(@Nullable FailureClass failure) {
        this.failure = failure;
    }

    /** The kind of failure, or {@code null} if it is none. */
    public @Nullable FailureClass failure() {
        return failure;
    }

    /** Whether the code of the run broke its process, rather than somebody from outside. */
    public boolean isPoisonous() {
        return this == NATIVE_CRASH || this == HUNG || this == EXITED || this == KILLED_FOR_MEMORY;
    }
}
