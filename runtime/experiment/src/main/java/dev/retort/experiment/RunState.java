package dev.retort.experiment;

/** How a run stands. A retry is a further attempt of the same run, not another run. */
public enum RunState {
    /** Known and not asked for yet. */
    PLANNED,
    /** Waits for resources, for a back-off to pass or for a budget. */
    QUEUED,
    /** Has resources and a fencing token; its attempt has not begun yet. */
    ADMITTED,
    /** An attempt is working. */
    RUNNING,
    /** Stopped at a checkpoint until it is resumed. */
    PAUSED,
    /** Finished; its values count. */
    SUCCEEDED,
    /** Stopped early since it would not have won. No failure. */
    PRUNED,
    /** Cannot be done with this config, as its task said. No failure. */
    INFEASIBLE,
    /** Given up after a failure. */
    FAILED,
    /** Not wanted any more. */
    CANCELLED,
    /** The result of an earlier run of the same content key was taken. */
    REUSED;

    /** Whether it stays as it is. */
    public boolean isFinal() {
        return switch (this) {
            case PLANNED, QUEUED, ADMITTED, RUNNING, PAUSED -> false;
            case SUCCEEDED, PRUNED, INFEASIBLE, FAILED, CANCELLED, REUSED -> true;
        };
    }

    /** Whether it ended and nothing came of it, so that it may be tried again. */
    public boolean isWithoutResult() {
        return switch (this) {
            case PRUNED, INFEASIBLE, FAILED, CANCELLED -> true;
            case PLANNED, QUEUED, ADMITTED, RUNNING, PAUSED, SUCCEEDED, REUSED -> false;
        };
    }

    /** Whether an attempt occupies resources. */
    public boolean isActive() {
        return this == ADMITTED || this == RUNNING;
    }
}
