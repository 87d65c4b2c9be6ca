package dev.retort.experiment.velocity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long verdicts took.
 *
 * @param total from the registration to the first verdict
 * @param phases what it consists of. Of one hypothesis the phases add up to the total exactly;
 *     percentiles do not add up. With several runs at a time a moment is {@link Phase#RUN} if any
 *     run makes steps that count, else {@link Phase#REDO}, {@link Phase#START} or {@link
 *     Phase#QUEUE} if any run is there that does not pause
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
        // How many runs more, or fewer, are in each phase of PROGRESS from a time on.
        NavigableMap<Long, int[]> changes = new TreeMap<>();
        changes.put(hypothesis.begin(), new int[PROGRESS.size()]);
        changes.put(end, new int[PROGRESS.size()]);
        long lastRun = hypothesis.begin();
        boolean submitted = false;
        for (History.Run run : hypothesis.runs) {
            if (run.begin() >= end) {
                continue;
            }
            submitted = true;
            change(changes, run.begin(), Phase.QUEUE, 0);
            lastRun = Math.max(lastRun, run.begin());
            for (History.Stretch stretch : run.stretches) {
                if (stretch.from() < end) {
                    long to = Math.min(stretch.to(), end);
                    change(changes, stretch.from(), stretch.phase(), 1);
                    change(changes, to, stretch.phase(), -1);
                    lastRun = Math.max(lastRun, to);
                }
            }
        }
        Map<Phase, Long> split = new EnumMap<>(Phase.class);
        int[] present = new int[PROGRESS.size()];
        for (Map.Entry<Long, int[]> change : changes.entrySet()) {
            Arrays.setAll(present, i -> present[i] + change.getValue()[i]);
            Long to = changes.higherKey(change.getKey());
            if (to != null) {
                Phase phase = furthest(present, submitted && change.getKey() >= lastRun);
                split.merge(phase, to - change.getKey(), Long::sum);
            }
        }
        return split;
    }

    private static void change(Map<Long, int[]> changes, long at, Phase phase, int by) {
        changes.computeIfAbsent(at, _ -> new int[PROGRESS.size()])[PROGRESS.indexOf(phase)] += by;
    }

    private static Phase furthest(int[] present, boolean afterLastRun) {
        for (int i = 0; i < present.length; i++) {
            if (present[i] > 0) {
                return PROGRESS.get(i);
            }
        }
        return afterLastRun ? Phase.ANALYSIS : Phase.DESIGN;
    }
}
