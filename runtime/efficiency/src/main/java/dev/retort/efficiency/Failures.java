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
     * could note. A process that has not been followed by another one may be alive.
     */
    static List<Failure> of(List<Line> lines) {
        List<Failure> failures = new ArrayList<>();
        Line before = null;
        for (Line line : lines) {
            if (line.event() == Event.FAILURE) {
                failures.add(of(line));
            } else if (line.event() == Event.STARTED
                    && before != null
                    && before.event() != Event.ENDED) {
                // The gap that the new attempt found is from the last sign of life up to it.
                long gap = Tails.gap(line.state()) - Tails.gap(before.state());
                long steps = line.state().done().getOrDefault("steps", 0.0).longValue();
                failures.add(killed(line.epochNanos() - gap, steps));
            }
            before = line;
        }
        return failures;
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
