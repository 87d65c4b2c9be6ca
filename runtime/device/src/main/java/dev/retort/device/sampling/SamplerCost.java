package dev.retort.device.sampling;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What the background sampler itself costs. Opening and closing a window is work of the calling
 * thread and not part of it.
 *
 * @param cpuTime the CPU time that the sampling thread has used up to its latest tick; where the
 *     JVM does not tell it, the time spent in ticks, which is an upper bound
 * @param driverTime the time that it spent inside of drivers, waiting or not
 * @param ticks the samples taken, failed ones included
 * @param wall the time since the sampler was started, up to its close
 * @param stretch the factor on all periods at the end: 1, or more when a limit was exceeded
 */
public record SamplerCost(
        Duration cpuTime, Duration driverTime, long ticks, Duration wall, int stretch) {
    /** Checks the components. */
    public SamplerCost {
        Objects.requireNonNull(cpuTime, "cpuTime is null");
        Objects.requireNonNull(driverTime, "driverTime is null");
        Objects.requireNonNull(wall, "wall is null");
        if (cpuTime.isNegative() || driverTime.isNegative() || ticks < 0 || wall.isNegative()) {
            throw new IllegalArgumentException(
                    "a cost cannot be negative: %s, %s, %d ticks, %s"
                            .formatted(cpuTime, driverTime, ticks, wall));
        }
        if (stretch < 1) {
            throw new IllegalArgumentException("the stretch must be at least 1, was " + stretch);
        }
    }

    /**
     * The share of one core that the sampling thread has used: {@code cpuTime / wall}.
     *
     * @return the share, from 0 to 1, or empty when no time has passed yet
     */
    public OptionalDouble shareOfOneCore() {
        return share(cpuTime);
    }

    /**
     * The share of the time that the sampling thread was inside of drivers: {@code driverTime /
     * wall}. A driver serves one caller at a time, so others may have waited for it.
     *
     * @return the share, from 0 to 1, or empty when no time has passed yet
     */
    public OptionalDouble shareInsideDrivers() {
        return share(driverTime);
    }

    private OptionalDouble share(Duration part) {
        return wall.isZero()
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) part.toNanos() / wall.toNanos());
    }
}
