package dev.retort.experiment.state;

/** A late write of an attempt that lost its lease. Whoever gets it has to stop working. */
public final class FencedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    FencedException(String message) {
        super(message);
    }
}
