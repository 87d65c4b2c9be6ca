package dev.retort.efficiency;

/**
 * What a nanosecond of a run was worth. The buckets are exclusive; where several apply, the first
 * in the order of declaration wins. Names are those of Google's ml-goodput where it has one.
 *
 * <p>{@link #GOOD} and {@link #PENDING} are the time of training steps that survived, or can still
 * survive, in a checkpoint; {@link #EVALUATION} is neither good nor bad; everything else is lost to
 * training.
 */
public enum Bucket {
    /** Waiting for a machine. */
    QUEUE_WAIT,

    /** Getting a machine ready: booting, pulling images, mounting. */
    PROVISION,

    /** Going on with fewer machines. */
    ELASTIC_SLICE_DOWN,

    /** Taking machines in. */
    ELASTIC_SCALE_UP,

    /** Starting over after the number of machines changed. */
    ELASTIC_REINIT,

    /** From the last sign of life of a process that died to the start of the next. */
    INFRA_RECOVERY,

    /** Bringing the device and its libraries up. */
    DEVICE_INIT,

    /** Preparing the training: building the model, opening the data. */
    TRAINING_PREP,

    /** Compiling, capturing graphs and warming up. */
    PROGRAM_STARTUP,

    /** Reading a checkpoint back. */
    CHECKPOINT_RESTORE,

    /** Writing a checkpoint while training waits. */
    CHECKPOINT_SAVE_BLOCKING,

    /** Validation and testing: neither good nor bad. */
    EVALUATION,

    /** Waiting for input, read in turn or ahead. */
    INPUT_STALL,

    /** The host keeps the device waiting. */
    HOST_STALL,

    /** The JVM stood still: garbage collection and other safepoints. */
    JVM_PAUSE,

    /** Waiting for a copy that no computation hides. */
    COPY_STALL,

    /** Waiting for communication that no computation hides. */
    COMM_STALL,

    /** Waiting for the slowest of several workers. */
    STRAGGLER_WAIT,

    /** What steps took longer because the device ran below its full clock. */
    THROTTLED,

    /** Training that a restart went back behind. */
    LOST_PROGRESS,

    /** Training of a run that failed or was given up, and that no checkpoint holds. */
    DISCARDED_RUN,

    /** A region with a name of the user's. */
    CUSTOM,

    /** Whatever no hook explains; more than {@link Ledger#OTHER_ALARM} of it is an alarm. */
    OTHER,

    /** Training that no checkpoint holds yet: it moves to GOOD at a commit, or is lost. */
    PENDING,

    /** Training that survived. */
    GOOD;

    /** Whether it is the time of training steps that is not known to be lost. */
    public boolean isProgress() {
        return this == PENDING || this == GOOD;
    }

    /** Whether it is lost to training. */
    public boolean isBad() {
        return !isProgress() && this != EVALUATION;
    }

    /** Whether it explains whatever happens inside, so that it wins over inner regions. */
    boolean coversInner() {
        return compareTo(CUSTOM) < 0;
    }
}
