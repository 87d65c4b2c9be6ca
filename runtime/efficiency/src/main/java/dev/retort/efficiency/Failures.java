package dev.retort.efficiency;

import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.Line.Event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * What went wrong in a run: what was noted, and the kills between its attempts, which nobody
     * could note. A process that has not been followed by another one may be alive. The next one's
     * first line need not be that it started: a full disk may have kept it from writing that.
     */
    static List<Failure> of(List<Line> lines) {
        List<Failure> failures = new ArrayList<>();
        Line before = null;
        for (Line line : lines) {
            if (before != null
                    && before.event() != Event.ENDED
                    && (line.event() == Event.STARTED || line.attempt() != before.attempt())) {
                failures.add(killed(before, line));
            }
            if (line.event() == Event.FAILURE) {
                failures.add(of(line));
            }
            before = line;
        }
        return failures;
    }

    /** The kill between the last line of an attempt and the first of the next one. */
    private static Failure killed(Line before, Line next) {
        if (next.event() != Event.STARTED) {
            // It tells of its own work as well: the last line is the last sign of life.
            return killed(before.epochNanos(), steps(before));
        }
        // The gap that the new attempt found is from the last sign of life up to it.
        long gap = Tails.gap(next.state()) - Tails.gap(before.state());
        return killed(next.epochNanos() - gap, steps(next));
    }

    private static long steps(Line line) {
        return line.state().done().getOrDefault("steps", 0.0).longValue();
    }

    /** What an exception says of itself; not all of them say anything. */
    static String message(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getName() : message;
    }

    private static Failure of(Line line) {
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
