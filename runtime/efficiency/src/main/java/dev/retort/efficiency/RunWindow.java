package dev.retort.efficiency;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The latest stretch of a run. Its ledger does not tell what survived: training is {@link
 * Bucket#PENDING} whatever became of it.
 *
 * @param ledger where its time went; its elapsed time is what the window covers, at most about a
 *     second more than was asked for, less if the run is younger
 * @param work what was done in it
 */
public record RunWindow(Ledger ledger, Work work) {
    /** The windows that are usually looked at. */
    public static final Duration ONE_MINUTE = Duration.ofMinutes(1);

    /** The second window. */
    public static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /** The longest window that is kept. */
    public static final Duration FIFTEEN_MINUTES = Duration.ofMinutes(15);

    /** Checks the components. */
    public RunWindow {
        Objects.requireNonNull(ledger, "ledger is null");
        Objects.requireNonNull(work, "work is null");
    }

    /**
     * Steps per second over all time of the window.
     *
     * @return the rate, or empty if no time passed
     */
    public OptionalDouble stepsPerSecond() {
        return rate(work.steps());
    }

    /**
     * Items per second over all time of the window.
     *
     * @return the rate, or empty if no time passed, or steps were done that counted no items
     */
    public OptionalDouble itemsPerSecond() {
        return work.items() == 0 && work.steps() > 0 ? OptionalDouble.empty() : rate(work.items());
    }

    private OptionalDouble rate(long count) {
        long nanos = ledger.elapsedNanos();
        return nanos == 0 ? OptionalDouble.empty() : OptionalDouble.of(count / (nanos * 1e-9));
    }
}
