package dev.retort.experiment.state;

/** An event that may not happen as things stand. Nothing was recorded of its batch. */
public class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message one sentence
     */
    public RefusedException(String message) {
        super(message);
    }
}
