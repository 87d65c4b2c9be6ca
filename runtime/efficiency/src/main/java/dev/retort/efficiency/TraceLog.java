package dev.retort.efficiency;

import dev.retort.efficiency.Intervals.Interval;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Remembers what a trace has beside the time line of the hooks: late times and marks, the latest
 * {@value #CAPACITY} of each. None of it comes from the hot path. Thread-safe.
 *
 * <p>Takes the lock of the clock within its own, never the other way round.
 */
final class TraceLog {
    static final int CAPACITY = 8192;

    private final RunClock clock;
    private final Intervals seen = new Intervals();
    private final Deque<Late> late = new ArrayDeque<>();
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long forgottenLate;
    private long forgottenMarks;

    /** Until when late times and marks were forgotten. */
    private long lateForgottenTo = Long.MIN_VALUE;

    private long marksForgottenTo = Long.MIN_VALUE;

    TraceLog(RunClock clock) {
        this.clock = clock;
    }

    /**
     * Has the clock attribute an interval, and remembers it as far as no earlier one covers it: the
     * first holds, as in the ledger.
     *
     * @return the nanoseconds that the clock moved
     */
    synchronized long attribute(Bucket bucket, long fromNanoTime, long toNanoTime) {
        RunClock.Stretch now = now();
        long from = Math.max(0, fromNanoTime - now.origin());
        long to = Math.min(toNanoTime - now.origin(), now.to());
        for (Interval part : seen.add(from, to)) {
            late.addLast(new Late(bucket, part.from(), part.to()));
        }
        while (late.size() > CAPACITY) {
            lateForgottenTo = Math.max(lateForgottenTo, late.removeFirst().toNanos());
            forgottenLate++;
        }
        return clock.attribute(bucket, fromNanoTime, toNanoTime);
    }

    /** Remembers this moment. */
    synchronized void mark(Mark.Kind kind, long step, String text) {
        marks.addLast(new Mark(kind, now().to(), step, text));
        if (marks.size() > CAPACITY) {
            marksForgottenTo = marks.removeFirst().nanos();
            forgottenMarks++;
        }
    }

    /** Everything from a moment on. */
    RunTrace trace(String run, Instant origin, long asked, Map<Anomaly, Long> anomalies) {
        RunClock.Stretch stretch = clock.stretch(asked);
        long from = stretch.from();
        long to = stretch.to();
        synchronized (this) {
            List<Late> overlaid = within(late, Late::fromNanos, Late::toNanos, from, to);
            return new RunTrace(
                    run,
                    origin,
                    stretch.origin(),
                    asked,
                    from,
                    to,
                    laidOver(stretch.parts(), overlaid),
                    overlaid,
                    within(marks, Mark::nanos, Mark::nanos, from, to),
                    (lateForgottenTo > from ? forgottenLate : 0)
                            + (marksForgottenTo >= from ? forgottenMarks : 0),
                    anomalies);
        }
    }

    private RunClock.Stretch now() {
        return clock.stretch(Long.MAX_VALUE);
    }

    /** What ended within the stretch or lasted into it. */
    private static <T> List<T> within(
            Deque<T> all, ToLongFunction<T> begin, ToLongFunction<T> end, long from, long to) {
        return all.stream()
                .filter(one -> end.applyAsLong(one) >= from && begin.applyAsLong(one) <= to)
                .sorted(Comparator.comparingLong(begin))
                .toList();
    }

    /**
     * Lays late times over the segments of the hooks, by the rule of {@link Survival#move}: only a
     * bucket that comes before its own takes time from a segment. Neighbours that are alike become
     * one.
     *
     * @param hooks the segments, in order of time
     * @param late late times that do not overlap, in order of time
     */
    static List<Segment> laidOver(List<Segment> hooks, List<Late> late) {
        List<Segment> out = new ArrayList<>(hooks.size());
        int next = 0;
        for (Segment segment : hooks) {
            long at = segment.fromNanos();
            while (next < late.size() && late.get(next).toNanos() <= at) {
                next++;
            }
            for (int i = next; i < late.size(); i++) {
                Late over = late.get(i);
                if (over.fromNanos() >= segment.toNanos()) {
                    break;
                }
                if (over.bucket().compareTo(segment.bucket()) < 0) {
                    long begin = Math.max(at, over.fromNanos());
                    add(out, segment, segment.bucket(), at, begin);
                    at = Math.min(over.toNanos(), segment.toNanos());
                    add(out, segment, over.bucket(), begin, at);
                }
            }
            add(out, segment, segment.bucket(), at, segment.toNanos());
        }
        return out;
    }

    private static void add(List<Segment> out, Segment like, Bucket bucket, long from, long to) {
        if (to <= from) {
            return;
        }
        Segment next = new Segment(like.region(), bucket, from, to, like.step());
        boolean goesOn = !out.isEmpty() && out.getLast().goesOnIn(next);
        out.add(goesOn ? out.removeLast().with(next) : next);
    }
}
