package dev.retort.efficiency;

/**
 * What a training loop is doing, as it tells a {@link RunMeter}. Every nanosecond of a run belongs
 * to exactly one region: the innermost that is open, and {@link #OTHER} when none is.
 */
public enum Region {
    /** Waiting for the next batch: reading, decoding, augmenting and copying it to the device. */
    INPUT,

    /** The forward pass, up to and including the loss. */
    FORWARD,

    /** The backward pass: the gradients of the loss. */
    BACKWARD,

    /** The optimiser's update of the parameters. */
    UPDATE,

    /**
     * Forward, backward and update of a loop that does not tell them apart, such as DJL's {@code
     * EasyTrain}.
     */
    STEP,

    /**
     * Validation and testing. Neither training nor waste, hence outside the time of {@link
     * RunAccount#itemsPerSecond()}.
     */
    EVALUATION,

    /** Whatever is in no region. A loop may also open it, to exclude a part of another region. */
    OTHER
}
