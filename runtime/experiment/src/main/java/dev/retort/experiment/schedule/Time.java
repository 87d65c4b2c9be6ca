package dev.retort.experiment.schedule;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock and the thread of a scheduler: all its actions run one after the other. A simulation
 * has its own.
 */
interface Time {
    /** The time of day; it may jump. */
    Instant now();

    /** Nanoseconds of a clock that does not jump. */
    long nanos();

    /** Runs an action soon. Safe for use by several threads. */
    void execute(Runnable action);

    /** Runs an action after a while. Safe for use by several threads. */
    void after(Duration delay, Runnable action);

    /**
     * Does something that may take long by another thread than that of the actions, one thing after
     * the other. Safe for use by several threads.
     *
     * @throws java.util.concurrent.RejectedExecutionException after {@link #stop}
     */
    void aside(Runnable slow);

    /** Runs no further action. */
    void stop();
}
