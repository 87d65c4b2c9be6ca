package dev.retort.efficiency.export;

import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunHistory;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunTrace;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;
import dev.retort.efficiency.verdict.Verdict;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Cuts a run into intervals that follow each other without gap. Confined to one thread. */
final class IntervalReader {
    /** Pauses are known a second after they happened, and later on a busy machine. */
    private static final long LATEST_NANOS = 10_000_000_000L;

    private final RunMeter meter;
    private final FigureReader figures;
    private Set<Late> told = new HashSet<>();
    private Set<Mark> marked = new HashSet<>();
    private long from;
    private long number;

    IntervalReader(ExportOptions options) {
        meter = options.meter();
        figures = new FigureReader(options);
    }

    /** What happened since the interval before. */
    Interval next(boolean last, ExportHealth health) {
        RunTrace trace = meter.trace(Math.max(0, from - LATEST_NANOS));
        RunAccount account = meter.snapshot();
        List<RunHistory.Finding> found = meter.history().verdicts();
        Optional<Verdict> verdict =
                found.isEmpty() ? Optional.empty() : Optional.of(found.getLast().verdict());
        long begin = from;
        from = trace.toNanos();
        number++;
        List<Late> late = trace.late().stream().filter(one -> !told.contains(one)).toList();
        List<Mark> marks = trace.marks().stream().filter(one -> !marked.contains(one)).toList();
        told = new HashSet<>(trace.late());
        marked = new HashSet<>(trace.marks());
        return new Interval(
                number,
                trace.origin(),
                trace.originNanoTime(),
                begin,
                from,
                last,
                account,
                figures.read(account, verdict, trace.at(from), health),
                verdict,
                trace.segments().stream()
                        .filter(segment -> segment.toNanos() > begin)
                        .map(segment -> cut(segment, begin))
                        .toList(),
                late,
                marks,
                Math.max(0, trace.fromNanos() - begin),
                meter.sampler());
    }

    private static Segment cut(Segment segment, long begin) {
        return segment.fromNanos() >= begin
                ? segment
                : new Segment(
                        segment.region(),
                        segment.bucket(),
                        begin,
                        segment.toNanos(),
                        segment.step());
    }
}
