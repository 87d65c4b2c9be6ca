package dev.retort.efficiency;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link RunMeter} cost the run that called it. That of the hooks is estimated, not
 * measured: reading a clock around every call would cost more than the call.
 *
 * <p>Not in it: recording events in streams, which the hooks do where {@linkplain
 * RunOptions#deviceStreams streams are timed}; the sync of the journal at a commit; the flight
 * recorder of the JVM inside the JVM; exports.
 *
 * @param calls the calls of hooks that did not come after the end
 * @param estimated the calls times the cost of one, which is calibrated once per JVM by a loop of
 *     compiled calls on the real clock; a call with cold caches costs more
 * @param background the processor time in which the background thread worked for the meter,
 *     measured around each tick: reading of events of devices and of the JVM, verdicts, status and
 *     journal; on another core than the training where there is one. Empty where it is not known
 */
public record HookCost(long calls, Duration estimated, Optional<Duration> background) {
    /** Checks the components. */
    public HookCost {
        Objects.requireNonNull(estimated, "estimated is null");
        Objects.requireNonNull(background, "background is null");
        if (calls < 0 || estimated.isNegative()) {
            throw new IllegalArgumentException(
                    "a cost cannot be negative: %d calls, %s".formatted(calls, estimated));
        }
    }

    /**
     * The cost of hooks alone.
     *
     * @param calls the calls
     * @param estimated what they cost
     */
    public HookCost(long calls, Duration estimated) {
        this(calls, estimated, Optional.empty());
    }

    /** The cost with that of the background thread. */
    HookCost with(Duration ticking) {
        return new HookCost(calls, estimated, Optional.of(ticking));
    }

    /**
     * The cost of a number of calls.
     *
     * @param calls the calls
     * @param nanosPerCall the calibrated cost of one, in nanoseconds
     * @return their cost
     */
    static HookCost of(long calls, double nanosPerCall) {
        return new HookCost(calls, Duration.ofNanos(Math.round(calls * nanosPerCall)));
    }
}
