package dev.retort.distill.teacher;

import org.jspecify.annotations.Nullable;

/** A teacher that cannot be loaded or breaks its contract; the message is fit for a user. */
public final class TeacherException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence naming what was expected and what was found
     */
    public TeacherException(String message) {
        this(message, null);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message one sentence naming what was expected and what was found
     * @param cause what led to it, or {@code null}
     */
    public TeacherException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
