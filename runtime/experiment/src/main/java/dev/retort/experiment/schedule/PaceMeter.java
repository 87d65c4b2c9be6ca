package dev.retort.experiment.schedule;

import dev.retort.experiment.worker.Use;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Steps a second since it was begun anew. Used by the thread of the loop. */
final class PaceMeter {
    /** A pace is one of so long, and of so many steps. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final long LEAST_STEPS = 5;

    private @Nullable Use first;
    private @Nullable Use last;

    /** What was before counts no more. */
    void begin() {
        first = null;
        last = null;
    }

    void hear(Use use) {
        if (first == null) {
            first = use;
        }
        last = use;
    }

    /** The pace, or {@code null} if it was not measured for long enough. */
    @Nullable Double stepsPerSecond() {
        Use from = first;
        Use to = last;
        if (from == null || to == null) {
            return null;
        }
        long nanos = to.atNanos() - from.atNanos();
        long steps = to.steps() - from.steps();
        return nanos < WINDOW.toNanos() || steps < LEAST_STEPS ? null : steps / (nanos / 1e9);
    }
}
