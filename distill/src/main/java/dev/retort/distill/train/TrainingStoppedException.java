package dev.retort.distill.train;

/** A training was {@linkplain StopRequest asked} to stop, and did so after a checkpoint. */
public final class TrainingStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TrainingStoppedException(long step) {
        super("the training was asked to stop and did so after step %d".formatted(step));
    }
}
