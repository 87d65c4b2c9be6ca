package dev.retort.efficiency;

import java.time.Duration;
import java.util.Objects;

/**
 * What the hooks of a {@link RunMeter} cost the run that called them. The cost is estimated, not
 * measured: reading a clock around every call would cost more than the call.
 *
 * @param calls the calls of hooks that did not come after the end
 * @param estimated the calls times the cost of one, which is calibrated once per JVM by a loop of
 *     compiled calls on the real clock; a call with cold caches costs more
 */
public record HookCost(long calls, Duration estimated) {
    /** Checks the components. */
    public HookCost {
        Objects.requireNonNull(estimated, "estimated is null");
        if (calls < 0 || estimated.isNegative()) {
            throw new IllegalArgumentException(
                    "a cost cannot be negative: %d calls, %s".formatted(calls, estimated));
        }
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
