package dev.retort.experiment.packing;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A run that shares a device, or is to. Immutable.
 *
 * @param run its name
 * @param work its experiment and arm: runs of other seeds do the same work
 * @param peakBytes the most memory of the device that it is expected to hold, or {@code null} if
 *     nobody knows
 * @param alonePace steps a second of such work with a device of its own, or {@code null}
 * @param sharedPace steps a second since who shares the device changed last, or {@code null}
 * @param apart whether it was found that it and the youngest of them should not share
 */
public record Member(
        String run,
        String work,
        @Nullable Long peakBytes,
        @Nullable Double alonePace,
        @Nullable Double sharedPace,
        boolean apart) {
    /** Checks the components. */
    public Member {
        Objects.requireNonNull(run, "run is null");
        Objects.requireNonNull(work, "work is null");
    }

    /** Which part of its pace alone it has, or {@code null} if that is not known. */
    @Nullable Double share() {
        return alonePace == null || sharedPace == null || alonePace <= 0
                ? null
                : sharedPace / alonePace;
    }
}
