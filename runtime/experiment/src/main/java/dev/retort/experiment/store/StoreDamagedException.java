package dev.retort.experiment.store;

/** A log whose records do not match the chain of their hashes, or a file that is none. */
public final class StoreDamagedException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreDamagedException(String message) {
        super(message);
    }

    StoreDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
