package dev.retort.efficiency;

import dev.retort.efficiency.report.Numbers;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What the JVM itself took from a run, in this process, whether the training noticed or not. In the
 * ledger, {@link Bucket#JVM_PAUSE} has the part that fell into training or into nothing named; a
 * pause during evaluation or while waiting for input delayed what would have been waited for anyway
 * and stays there. Known about a second late, until the run has ended.
 *
 * @param watched how long the JVM was followed
 * @param stopped how long its threads stood still at safepoints, those of collectors included, each
 *     from the request to stop until they ran again
 * @param collecting how long of that collectors took
 * @param compiling how long at least one compiler worked; it does so beside the training, and takes
 *     a core from it
 * @param pauses the number of stops
 * @param worst the longest stop, or empty if there was none
 */
public record JvmTime(
        Duration watched,
        Duration stopped,
        Duration collecting,
        Duration compiling,
        long pauses,
        Optional<Pause> worst) {
    /**
     * One stop of the JVM.
     *
     * @param length how long
     * @param step the steps of the run that had been finished
     */
    public record Pause(Duration length, long step) {}

    /** Checks the components. */
    public JvmTime {
        Objects.requireNonNull(watched, "watched is null");
        Objects.requireNonNull(stopped, "stopped is null");
        Objects.requireNonNull(collecting, "collecting is null");
        Objects.requireNonNull(compiling, "compiling is null");
        Objects.requireNonNull(worst, "worst is null");
    }

    /**
     * The share of the time in which the JVM stood still.
     *
     * @return the share, from 0 to 1
     */
    public double stoppedShare() {
        return watched.isZero() ? 0 : (double) stopped.toNanos() / watched.toNanos();
    }

    /** One sentence, such as {@code JVM-bound 4.1 %, worst pause 12.0 ms at step 812}. */
    @Override
    public String toString() {
        return "JVM-bound "
                + Numbers.percent(stoppedShare(), 1)
                + worst.map(
                                pause ->
                                        ", worst pause %s at step %d"
                                                .formatted(
                                                        Numbers.time(
                                                                pause.length().toNanos() * 1e-9),
                                                        pause.step()))
                        .orElse("");
    }
}
