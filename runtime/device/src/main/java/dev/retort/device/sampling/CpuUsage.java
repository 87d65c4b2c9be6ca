package dev.retort.device.sampling;

import dev.retort.device.Reading;

import java.time.Duration;
import java.util.Objects;

/**
 * What a stretch of wall-clock time cost in CPU time, memory and energy.
 *
 * @param wall the length of the stretch
 * @param cores the processors available to the JVM at its end, at least 1
 * @param cpuSeconds the CPU time, user and system, of all threads of the process, in seconds
 * @param peakResidentBytes the largest sample of the process's resident memory, in bytes; a peak
 *     shorter than the sampling period can be missed, and the source of the reading says so
 * @param joules the energy of the processor packages in joules, other processes included
 */
public record CpuUsage(
        Duration wall, int cores, Reading cpuSeconds, Reading peakResidentBytes, Reading joules) {
    /** Checks the components. */
    public CpuUsage {
        Objects.requireNonNull(wall, "wall is null");
        Objects.requireNonNull(cpuSeconds, "cpuSeconds is null");
        Objects.requireNonNull(peakResidentBytes, "peakResidentBytes is null");
        Objects.requireNonNull(joules, "joules is null");
        if (wall.isNegative()) {
            throw new IllegalArgumentException("wall is negative: " + wall);
        }
        if (cores < 1) {
            throw new IllegalArgumentException("cores must be at least 1, was " + cores);
        }
    }

    /**
     * The share of the available CPU time that the process used: {@code cpuSeconds / (wall *
     * cores)}. It is not clamped: over a stretch not much longer than the resolution of the CPU
     * time (commonly 10 ms), or when the number of cores changed, it can exceed 1.
     *
     * @return the share, from 0 to about 1; absent when the CPU time is, or when no time passed
     */
    public Reading utilisation() {
        return switch (cpuSeconds) {
            case Reading.Absent absent -> absent;
            case Reading.Measured _ when wall.isZero() ->
                    new Reading.Absent("no time passed, so there is no utilisation");
            case Reading.Measured(double seconds, String source, long nanoTime) ->
                    new Reading.Measured(
                            seconds / (wall.toNanos() * 1e-9 * cores),
                            source + " / (wall * cores)",
                            nanoTime);
        };
    }
}
