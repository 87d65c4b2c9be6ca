package dev.retort.efficiency.export;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.Samples;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;
import dev.retort.efficiency.verdict.Verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What an export hands to its destinations: the figures of a run at the end of an interval, and
 * what happened in it. Times of {@code segments}, {@code late} and {@code marks} are nanoseconds
 * since the meter was opened. Immutable, but for the sampler, which goes on.
 *
 * @param number from 1; a destination that was slow misses some, whose time is in the next one
 * @param origin the time of day at which the meter was opened
 * @param originNanoTime the {@link System#nanoTime()} at that moment
 * @param fromNanos the beginning of the interval
 * @param toNanos its end
 * @param last whether it is the last of the run: its end, or that of the export
 * @param account the account at the end
 * @param figures all figures at the end
 * @param verdict what bounds the run at the end, or empty while there is no verdict
 * @param segments what was done in the interval, cut at its ends
 * @param late what became known in the interval; most of it happened up to seconds before
 * @param marks commits and failures of the interval
 * @param missingNanos the part of the interval of which no segments are known, since there were too
 *     many or the export came too late
 * @param sampler what samples the devices; borrowed
 */
public record Interval(
        long number,
        Instant origin,
        long originNanoTime,
        long fromNanos,
        long toNanos,
        boolean last,
        RunAccount account,
        List<Figure> figures,
        Optional<Verdict> verdict,
        List<Segment> segments,
        List<Late> late,
        List<Mark> marks,
        long missingNanos,
        Sampler sampler) {
    /** As many as a meter remembers at once. */
    private static final int MOST_SEGMENTS = 1 << 16;

    private static final int MOST_MARKS = 1 << 13;

    /** Checks and copies the components. */
    public Interval {
        Objects.requireNonNull(origin, "origin is null");
        Objects.requireNonNull(account, "account is null");
        Objects.requireNonNull(verdict, "verdict is null");
        Objects.requireNonNull(sampler, "sampler is null");
        figures = List.copyOf(figures);
        segments = List.copyOf(segments);
        late = List.copyOf(late);
        marks = List.copyOf(marks);
    }

    /**
     * This interval and the next one as one: for a destination that could not take this one by
     * itself.
     *
     * @param next the interval that begins where this one ends
     * @return both, with the figures of the later one; of more than 65,536 segments or 8,192 late
     *     times or marks the earliest are left out
     */
    Interval followedBy(Interval next) {
        List<Segment> all = joined(segments, next.segments, Integer.MAX_VALUE);
        List<Segment> kept = all.subList(Math.max(0, all.size() - MOST_SEGMENTS), all.size());
        long forgotten =
                all.subList(0, all.size() - kept.size()).stream()
                        .mapToLong(segment -> segment.toNanos() - segment.fromNanos())
                        .sum();
        return new Interval(
                next.number,
                origin,
                originNanoTime,
                fromNanos,
                next.toNanos,
                next.last,
                next.account,
                next.figures,
                next.verdict,
                kept,
                joined(late, next.late, MOST_MARKS),
                joined(marks, next.marks, MOST_MARKS),
                missingNanos + next.missingNanos + forgotten,
                sampler);
    }

    private static <T> List<T> joined(List<T> first, List<T> second, int most) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /** {@return the time of day at its end} */
    public Instant end() {
        return at(toNanos);
    }

    /**
     * The time of day of a moment.
     *
     * @param nanos since the meter was opened
     * @return the same as time of day
     */
    public Instant at(long nanos) {
        return origin.plusNanos(nanos);
    }

    /**
     * What the run is called and grouped by, for destinations that tell series apart by labels: its
     * name as {@code run}, then its tags. Keys have letters, digits and underscores alone; a tag
     * whose key a figure or a destination uses for itself, such as {@code device}, is {@code
     * tag_device}. There are 16 tags at most, the first by name, and values are cut at 128
     * characters.
     *
     * @return the labels, in a fixed order
     */
    public Map<String, String> runLabels() {
        return RunLabels.of(account);
    }

    /**
     * The samples of all devices, as far as they are kept.
     *
     * @param fromNanos from when on, in nanoseconds since the meter was opened
     * @return a copy, series by series
     */
    public List<Samples> samples(long fromNanos) {
        Duration back = Duration.ofNanos(System.nanoTime() - (originNanoTime + fromNanos));
        return sampler.series().stream().map(one -> sampler.history(one, back)).toList();
    }
}
