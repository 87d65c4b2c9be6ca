package dev.retort.efficiency;

import dev.retort.efficiency.journal.Line;

import java.time.Instant;
import java.util.Map;

/** Failures as lines of a journal. */
final class Failures {
    private Failures() {}

    static Map<String, String> detail(Failure failure) {
        return Map.of(
                "class", failure.kind().name(),
                "message", failure.message(),
                "step", Long.toString(failure.step()));
    }

    static Failure of(Line line) {
        Map<String, String> detail = line.detail();
        return new Failure(
                FailureClass.valueOf(detail.getOrDefault("class", "USER_CODE")),
                detail.getOrDefault("message", ""),
                at(line.epochNanos()),
                Long.parseLong(detail.getOrDefault("step", "0")));
    }

    /** The failure that nobody could write down. */
    static Failure killed(long epochNanos, long step) {
        return new Failure(
                FailureClass.KILLED, "the process ended without a word", at(epochNanos), step);
    }

    private static Instant at(long epochNanos) {
        return Instant.ofEpochSecond(0, epochNanos);
    }
}
