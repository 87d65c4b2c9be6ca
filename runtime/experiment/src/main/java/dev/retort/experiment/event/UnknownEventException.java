package dev.retort.experiment.event;

/** An event that this version cannot read, most likely from a newer one. */
public final class UnknownEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownEventException(String message) {
        super(message);
    }

    UnknownEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
