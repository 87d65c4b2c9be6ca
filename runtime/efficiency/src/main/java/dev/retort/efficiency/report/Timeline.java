package dev.retort.efficiency.report;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunHistory;
import dev.retort.efficiency.RunHistory.Stretch;
import dev.retort.efficiency.RunTrace;
import dev.retort.efficiency.RunTrace.Segment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run of this process cut into bins: from the trace where that knows all of it, which is exact at
 * any scale, else from the stretches of its history.
 *
 * @param bins in order, without gaps; none if no time passed
 * @param nanos the whole time
 * @param traced whether the bins are from the trace
 */
record Timeline(List<Bin> bins, long nanos, boolean traced) {
    private static final int BINS = 240;

    /**
     * A part of the run.
     *
     * @param from when it begins, in nanoseconds since the meter was opened
     * @param to when it ends
     * @param parts the nanoseconds by bucket
     */
    record Bin(long from, long to, Map<Bucket, Long> parts) {}

    /** How long a step took: when it ended, since the meter was opened, and the time. */
    record StepTime(long at, double nanos) {}

    static Timeline of(RunHistory history, RunTrace trace) {
        long nanos = trace.toNanos();
        if (nanos <= 0) {
            return new Timeline(List.of(), 0, true);
        }
        return isComplete(trace)
                ? new Timeline(traced(trace), nanos, true)
                : new Timeline(stretches(history), nanos, false);
    }

    static boolean isComplete(RunTrace trace) {
        return trace.fromNanos() == 0 && !trace.isTruncated();
    }

    private static List<Bin> traced(RunTrace trace) {
        long nanos = trace.toNanos();
        int number = (int) Math.min(BINS, nanos);
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            bins.add(new Bin(bound(nanos, i, number), bound(nanos, i + 1, number), newParts()));
        }
        int at = 0;
        for (Segment segment : trace.segments()) {
            long from = segment.fromNanos();
            while (from < segment.toNanos()) {
                while (bins.get(at).to() <= from) {
                    at++;
                }
                long to = Math.min(segment.toNanos(), bins.get(at).to());
                bins.get(at).parts().merge(segment.bucket(), to - from, Long::sum);
                from = to;
            }
        }
        return bins;
    }

    private static long bound(long nanos, int i, int number) {
        // Not nanos * i, which overflows for a run of months.
        return nanos / number * i + nanos % number * i / number;
    }

    private static List<Bin> stretches(RunHistory history) {
        List<Bin> bins = new ArrayList<>();
        long begin = origin(history);
        for (Stretch stretch : history.stretches()) {
            long from = stretch.from().toNanos() - begin;
            Map<Bucket, Long> parts = newParts();
            for (Bucket bucket : Bucket.values()) {
                long part = stretch.window().ledger().of(bucket).toNanos();
                if (part > 0) {
                    parts.put(bucket, part);
                }
            }
            bins.add(new Bin(from, from + stretch.window().ledger().elapsedNanos(), parts));
        }
        return bins;
    }

    /** Where the ledger stood when this process began with the run. */
    static long origin(RunHistory history) {
        return history.stretches().isEmpty() ? 0 : history.stretches().getFirst().from().toNanos();
    }

    private static Map<Bucket, Long> newParts() {
        return new EnumMap<>(Bucket.class);
    }

    /**
     * The times of single steps where the trace knows all of them and they are not too many to be
     * told apart, else the mean of each stretch.
     */
    static List<StepTime> steps(RunHistory history, RunTrace trace, long counted) {
        return areSingle(trace, counted) ? single(trace, counted) : means(history);
    }

    /** Whether the steps of a run can be shown one by one. */
    static boolean areSingle(RunTrace trace, long counted) {
        return isComplete(trace) && counted <= 2 * BINS;
    }

    private static List<StepTime> single(RunTrace trace, long counted) {
        Map<Long, Long> nanos = new LinkedHashMap<>();
        Map<Long, Long> ends = new LinkedHashMap<>();
        for (Segment segment : trace.segments()) {
            if (segment.region() != Region.OTHER
                    && segment.bucket().compareTo(Bucket.INPUT_STALL) >= 0) {
                nanos.merge(segment.step(), segment.nanos(), Long::sum);
            }
            ends.put(segment.step(), segment.toNanos());
        }
        long end = trace.segments().isEmpty() ? 0 : trace.segments().getFirst().step() + counted;
        List<StepTime> times = new ArrayList<>();
        for (Map.Entry<Long, Long> step : nanos.entrySet()) {
            // What follows the end of the last step is none.
            if (step.getKey() < end) {
                times.add(
                        new StepTime(
                                ends.getOrDefault(step.getKey(), 0L), (double) step.getValue()));
            }
        }
        return times;
    }

    private static List<StepTime> means(RunHistory history) {
        List<StepTime> times = new ArrayList<>();
        long begin = origin(history);
        for (Stretch stretch : history.stretches()) {
            long steps = stretch.window().work().steps();
            if (steps > 0) {
                Duration end = stretch.from().plus(stretch.window().ledger().elapsed());
                times.add(
                        new StepTime(
                                end.toNanos() - begin,
                                (double) stretch.window().work().stepNanos() / steps));
            }
        }
        return times;
    }
}
