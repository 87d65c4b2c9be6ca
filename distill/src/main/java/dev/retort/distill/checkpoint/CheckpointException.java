package dev.retort.distill.checkpoint;

import java.io.IOException;

/** A checkpoint cannot be used, or not be written; the message says which and why. */
public final class CheckpointException extends IOException {
    private static final long serialVersionUID = 1L;

    CheckpointException(String message) {
        super(message);
    }

    CheckpointException(String message, IOException cause) {
        super(message, cause);
    }
}
