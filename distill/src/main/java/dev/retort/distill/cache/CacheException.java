package dev.retort.distill.cache;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * A cache that is of something else, damaged, or cannot be written; the message is fit for a user.
 */
public final class CacheException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence naming what was expected and what was found
     */
    public CacheException(String message) {
        this(message, null);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message one sentence naming what was expected and what was found
     * @param cause what led to it, or {@code null}
     */
    public CacheException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
