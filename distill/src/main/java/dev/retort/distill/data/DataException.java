package dev.retort.distill.data;

import org.jspecify.annotations.Nullable;

/** A data set that is missing, damaged or not what it should be; the message is fit for a user. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence naming what was expected and what was found
     */
    public DataException(String message) {
        this(message, null);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message one sentence naming what was expected and what was found
     * @param cause what led to it, or {@code null}
     */
    public DataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
