package dev.retort.examples;

/** Work ended early, and in order, since a signal ends the process: the user has been told. */
public final class StoppedBySignalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Ends a command that was about to begin with something. */
    StoppedBySignalException() {
        super("stopped by a signal");
    }

    /**
     * Ends a command.
     *
     * @param cause how the work was interrupted or stopped
     */
    public StoppedBySignalException(Exception cause) {
        super("stopped by a signal", cause);
    }
}
