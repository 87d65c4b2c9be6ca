package dev.retort.distill.checkpoint;

/** A checkpoint is intact, and of another training than the one that was to go on from it. */
public final class OtherTrainingException extends CheckpointException {
    private static final long serialVersionUID = 1L;

    OtherTrainingException(String message) {
        super(message);
    }
}
