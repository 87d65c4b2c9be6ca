package dev.retort.distill.checkpoint;

import java.io.IOException;

/** A checkpoint cannot be used, or not be written; the message says which and why. */
public sealed class CheckpointException extends IOException permits OtherTrainingException {
    private static final long serialVersionUID = 1L;

    CheckpointException(String message) {
        super(message);
    }

    CheckpointException(String message, IOException cause) {
        super(message, cause);
    }
}
