package dev.retort.experiment.velocity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How long verdicts took.
 *
 * @param total from the registration to the first verdict
 * @param phases what it consists of. Of one hypothesis the phases add up to the total exactly;
 *     percentiles do not add up. With several runs at a time a moment is {@link Phase#RUN} if any
 *     run makes steps that count, else {@link Phase#REDO}, {@link Phase#START} or {@link
 *     Phase#QUEUE} if any run is there
 */
public record Latency(Percentiles total, Map<Phase, Percentiles> phases) {
    /** From what shows most progress to what shows least. */
    private static final List<Phase> PROGRESS =
            List.of(Phase.RUN, Phase.REDO, Phase.START, Phase.QUEUE);

    /**
     * Percentiles, each the smallest value that at least the share has not above it.
     *
     * @param count the number of values
     * @param p50 the median
     * @param p90 the value that nine of ten do not exceed
     * @param p99 the value that 99 of 100 do not exceed
     * @param mean the mean
     */
    public record Percentiles(int count, Duration p50, Duration p90, Duration p99, Duration mean) {
        static Percentiles of(List<Duration> values) {
            List<Duration> sorted = values.stream().sorted().toList();
            Duration sum = sorted.stream().reduce(Duration.ZERO, Duration::plus);
            return new Percentiles(
                    sorted.size(),
                    rank(sorted, 50),
                    rank(sorted, 90),
                    rank(sorted, 99),
                    sum.dividedBy(sorted.size()));
        }

        private static Duration rank(List<Duration> sorted, int percent) {
            return sorted.get(Math.ceilDiv(sorted.size() * percent, 100) - 1);
        }
    }

    static Optional<Latency> of(List<History.Hypothesis> decided) {
        if (decided.isEmpty()) {
            return Optional.empty();
        }
        List<Duration> totals = new ArrayList<>();
        Map<Phase, List<Duration>> parts = new EnumMap<>(Phase.class);
        for (History.Hypothesis hypothesis : decided) {
            long end = hypothesis.verdicts.getFirst().at();
            totals.add(Duration.ofNanos(end - hypothesis.begin()));
            Map<Phase, Long> split = split(hypothesis, end);
            for (Phase phase : Phase.values()) {
                parts.computeIfAbsent(phase, p -> new ArrayList<>())
                        .add(Duration.ofNanos(split.getOrDefault(phase, 0L)));
            }
        }
        Map<Phase, Percentiles> phases = new EnumMap<>(Phase.class);
        parts.forEach((phase, values) -> phases.put(phase, Percentiles.of(values)));
        return Optional.of(new Latency(Percentiles.of(totals), phases));
    }

    /** The nanoseconds of each phase from the registration to an end. */
    static Map<Phase, Long> split(History.Hypothesis hypothesis, long end) {
        TreeSet<Long> bounds = new TreeSet<>(List.of(hypothesis.begin(), end));
        List<History.Stretch> stretches = new ArrayList<>();
        long lastRun = hypothesis.begin();
        boolean submitted = false;
        for (History.Run run : hypothesis.runs) {
            if (run.begin() >= end) {
                continue;
            }
            submitted = true;
            bounds.add(run.begin());
            lastRun = Math.max(lastRun, run.begin());
            for (History.Stretch stretch : run.stretches) {
                if (stretch.from() < end) {
                    stretches.add(stretch);
                    bounds.add(stretch.from());
                    bounds.add(Math.min(stretch.to(), end));
                    lastRun = Math.max(lastRun, Math.min(stretch.to(), end));
                }
            }
        }
        Map<Phase, Long> split = new EnumMap<>(Phase.class);
        Long from = bounds.first();
        for (Long to : bounds.tailSet(from, false)) {
            Phase phase = at(stretches, from, submitted && from >= lastRun);
            split.merge(phase, to - from, Long::sum);
            from = to;
        }
        return split;
    }

    private static Phase at(List<History.Stretch> stretches, long time, boolean afterLastRun) {
        Phase best = null;
        for (History.Stretch stretch : stretches) {
            if (stretch.from() <= time && time < stretch.to()) {
                boolean further =
                        best == null || PROGRESS.indexOf(stretch.phase()) < PROGRESS.indexOf(best);
                best = further ? stretch.phase() : best;
            }
        }
        if (best != null) {
            return best;
        }
        return afterLastRun ? Phase.ANALYSIS : Phase.DESIGN;
    }
}
