package dev.retort.efficiency.export.trace;

import dev.retort.device.counters.Counter;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.Samples;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;
import dev.retort.efficiency.export.AppendFile;
import dev.retort.efficiency.export.Destination;
import dev.retort.efficiency.export.FreshFile;
import dev.retort.efficiency.export.Interval;
import dev.retort.efficiency.verdict.Verdict;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A trace of the run in the JSON array format of Chrome's trace events, which <a
 * href="https://ui.perfetto.dev">Perfetto</a> and {@code chrome://tracing} open: tracks of regions
 * and steps, of pauses of the JVM and other time that became known late, a track for each counter
 * of the sampler, and marks of commits, failures and changes of the verdict. Times are microseconds
 * since the meter was opened, to the nanosecond.
 *
 * <p>Written interval by interval, so it covers a run of any length, and is a whole JSON document
 * between two intervals. A file that exists is never replaced: the trace then gets the next free
 * number, as in {@code a.2.json}. About 100 bytes for each change of region and each sample.
 *
 * <p>A cumulative counter is shown as its growth per second, such as CPU time as the cores in use.
 * The category of a region is its bucket as it was known when it was written; a pause of its last
 * second may still have been found later and is on the track of pauses alone.
 */
public final class PerfettoTrace implements Destination {
    private static final byte[] BEGIN = "[\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "\n]\n".getBytes(StandardCharsets.UTF_8);

    private final Path wanted;
    private final Map<Series, Long> sampledTo = new HashMap<>();
    private @Nullable AppendFile file;
    private @Nullable Path path;

    // What goes on when the interval ends, and is written with the next one.
    private @Nullable Segment open;
    private long step = -1;
    private long stepFrom;
    private @Nullable Verdict shown;

    private PerfettoTrace(Path file) {
        wanted = Objects.requireNonNull(file, "file is null");
    }

    /**
     * A trace in a file.
     *
     * @param file the file, whose name should end with {@code .json}
     * @return the destination
     */
    public static PerfettoTrace to(Path file) {
        return new PerfettoTrace(file);
    }

    @Override
    public String name() {
        return "Perfetto trace in " + wanted;
    }

    /**
     * The file.
     *
     * @return the file that was asked for, or the one with a number that was created in its place
     */
    public Path file() {
        return path == null ? wanted : path;
    }

    @Override
    public void open(RunAccount run) throws IOException {
        TraceEvents events = new TraceEvents();
        events.metadata(run);
        path = FreshFile.of(wanted);
        file = AppendFile.create(path, concat(BEGIN, events.first()), END);
    }

    private static byte[] concat(byte[] head, byte[] tail) {
        byte[] both = new byte[head.length + tail.length];
        System.arraycopy(head, 0, both, 0, head.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }

    @Override
    public void accept(Interval interval) throws IOException {
        TraceEvents events = new TraceEvents();
        for (Segment segment : interval.segments()) {
            add(events, segment);
        }
        if (interval.last()) {
            endSegment(events);
            endStep(events, interval.toNanos());
        }
        for (Late late : interval.late()) {
            events.slice(
                    TraceEvents.LATE,
                    late.bucket().name(),
                    "late",
                    late.fromNanos(),
                    late.toNanos());
        }
        for (Mark mark : interval.marks()) {
            String what = mark.kind() == Mark.Kind.COMMIT ? "commit" : mark.text();
            events.moment(what, mark.kind().name(), mark.nanos(), mark.step(), mark.text());
        }
        Verdict verdict = interval.verdict().orElse(null);
        if (verdict != null && (shown == null || shown.bottleneck() != verdict.bottleneck())) {
            shown = verdict;
            events.moment(
                    "verdict: " + verdict.bottleneck(),
                    "verdict",
                    interval.toNanos(),
                    interval.account().steps(),
                    verdict.evidence());
        }
        samples(events, interval);
        Objects.requireNonNull(file, "it is open").append(events.next());
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /** Holds a segment back until it is known where it ends: the end of an interval may cut it. */
    private void add(TraceEvents events, Segment segment) {
        if (step != segment.step()) {
            endStep(events, segment.fromNanos());
            step = segment.step();
            stepFrom = segment.fromNanos();
        }
        Segment before = open;
        if (before != null && before.goesOnIn(segment)) {
            open = before.with(segment);
        } else {
            endSegment(events);
            open = segment;
        }
    }

    private void endSegment(TraceEvents events) {
        Segment ended = open;
        if (ended != null) {
            events.slice(
                    TraceEvents.REGIONS,
                    ended.region().name(),
                    ended.bucket().name(),
                    ended.fromNanos(),
                    ended.toNanos());
            open = null;
        }
    }

    private void endStep(TraceEvents events, long nanos) {
        if (step >= 0 && nanos > stepFrom) {
            events.slice(TraceEvents.STEPS, "step " + (step + 1), "step", stepFrom, nanos);
        }
        step = -1;
    }

    private void samples(TraceEvents events, Interval interval) {
        long origin = interval.originNanoTime();
        // The sample before the interval is needed for growth, and a slow tier has few.
        for (Samples samples :
                interval.samples(Math.max(0, interval.fromNanos() - 60_000_000_000L))) {
            Series series = samples.series();
            Counter counter = series.counter();
            String track = track(series);
            long writtenTo = sampledTo.getOrDefault(series, -1L);
            for (int i = 0; i < samples.size(); i++) {
                long at = samples.nanoTime(i) - origin;
                if (at <= writtenTo || at < 0 || samples.value(i).isEmpty()) {
                    continue;
                }
                double value = samples.value(i).getAsDouble();
                if (!counter.cumulative()) {
                    events.counter(track, at, value);
                } else if (i > 0 && samples.value(i - 1).isPresent()) {
                    double seconds = (samples.nanoTime(i) - samples.nanoTime(i - 1)) * 1e-9;
                    double growth = value - samples.value(i - 1).getAsDouble();
                    if (seconds > 0) {
                        events.counter(track, at, growth / seconds);
                    }
                }
                sampledTo.put(series, at);
            }
        }
    }

    private static String track(Series series) {
        Counter counter = series.counter();
        String unit = counter.unit().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return series.device()
                + " "
                + counter.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (series.scope().isEmpty() ? "" : " " + series.scope())
                + " ["
                + unit
                + (counter.cumulative() ? "/s" : "")
                + "]";
    }
}
