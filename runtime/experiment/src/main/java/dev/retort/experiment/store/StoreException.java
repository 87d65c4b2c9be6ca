package dev.retort.experiment.store;

/** A store cannot be opened, read or written. What it acknowledged before is still there. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message one sentence
     */
    public StoreException(String message) {
        super(message);
    }

    /**
     * A failure with its cause.
     *
     * @param message one sentence
     * @param cause what failed
     */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
