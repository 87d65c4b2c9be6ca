package dev.retort.device;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One figure: either measured, with its source and the moment it was read, or absent, with the
 * reason. An absent figure is never represented by zero.
 *
 * <p>The unit is part of the name of the method that returns the reading, such as {@code joules()}
 * or {@code residentBytes()}. Readings are immutable and safe to share between threads.
 */
public sealed interface Reading {

    /**
     * A figure that was measured.
     *
     * @param value the value, in the unit named by the method that returned the reading; finite
     * @param source where the value comes from, for example {@code /proc/self/status VmRSS}
     * @param nanoTime the moment of the measurement on the {@link System#nanoTime()} time line
     */
    record Measured(double value, String source, long nanoTime) implements Reading {
        /** Checks the components. */
        public Measured {
            Objects.requireNonNull(source, "source is null");
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a measured value must be finite, was " + value);
            }
        }

        /** {@return how old the value is now} */
        public Duration age() {
            return Duration.ofNanos(System.nanoTime() - nanoTime);
        }
    }

    /**
     * A figure that could not be measured.
     *
     * @param reason one sentence that says why, fit to be shown to a user
     */
    record Absent(String reason) implements Reading {
        /** Checks the component. */
        public Absent {
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * A reading of {@code value} that was taken now.
     *
     * @param value the value
     * @param source where it comes from
     * @return the reading
     */
    static Reading now(double value, String source) {
        return new Measured(value, source, System.nanoTime());
    }

    /**
     * The value, if it was measured.
     *
     * @return the value, or empty when the reading is absent
     */
    default OptionalDouble ifMeasured() {
        return switch (this) {
            case Measured measured -> OptionalDouble.of(measured.value());
            case Absent _ -> OptionalDouble.empty();
        };
    }
}
