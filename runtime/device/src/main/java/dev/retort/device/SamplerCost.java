package dev.retort.device;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What the background sampler itself costs. Opening and closing a window is work of the calling
 * thread and not part of it.
 *
 * @param cpuTime the CPU time that the sampling thread has used up to its latest tick; where the
 *     JVM does not tell it, the time spent in ticks, which is an upper bound
 * @param ticks the samples taken, failed ones included
 * @param wall the time since the sampler was started, up to its close
 */
public record SamplerCost(Duration cpuTime, long ticks, Duration wall) {
    /** Checks the components. */
    public SamplerCost {
        Objects.requireNonNull(cpuTime, "cpuTime is null");
        Objects.requireNonNull(wall, "wall is null");
        if (cpuTime.isNegative() || ticks < 0 || wall.isNegative()) {
            throw new IllegalArgumentException(
                    "a cost cannot be negative: %s, %d ticks, %s".formatted(cpuTime, ticks, wall));
        }
    }

    /**
     * The share of one core that the sampling thread has used: {@code cpuTime / wall}.
     *
     * @return the share, from 0 to 1, or empty when no time has passed yet
     */
    public OptionalDouble shareOfOneCore() {
        return wall.isZero()
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) cpuTime.toNanos() / wall.toNanos());
    }
}
