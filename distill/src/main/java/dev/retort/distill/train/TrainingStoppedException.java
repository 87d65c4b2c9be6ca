package dev.retort.distill.train;

/**
 * A training was {@linkplain StopRequest asked} to stop, and did so: after a checkpoint, if it
 * makes {@linkplain TrainingLoop#checkpoint any}.
 */
public final class TrainingStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;

    TrainingStoppedException(long step) {
        super("the training was asked to stop and did so after step %d".formatted(step));
        this.step = step;
    }

    /**
     * The last step.
     *
     * @return steps done in the whole training
     */
    public long step() {
        return step;
    }
}
