package dev.retort.experiment.store;

/** A store that a newer version of Retort wrote. It was not touched. */
public final class StoreVersionException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreVersionException(String message) {
        super(message);
    }
}
