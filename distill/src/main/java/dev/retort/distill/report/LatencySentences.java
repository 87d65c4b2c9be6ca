package dev.retort.distill.report;

import dev.retort.distill.report.ReportDocument.Latency;
import dev.retort.distill.report.ReportDocument.ModelEntry;
import dev.retort.efficiency.report.Numbers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What is to be said beside the times of forward passes, in words. */
public final class LatencySentences {
    /** On a device that a small batch leaves idle the times are the same but for so much. */
    private static final double NOISE = 0.1;

    private LatencySentences() {}

    /**
     * Times that cannot be those of the networks alone: a batch does no less work than a smaller
     * one.
     *
     * @param report the report
     * @return one sentence where a larger batch took less time by more than a tenth, or nothing
     */
    public static Optional<String> disturbed(ReportDocument report) {
        Map<List<Latency>, List<String>> roles = new LinkedHashMap<>();
        for (ModelEntry model : report.models()) {
            // The students are timed as one.
            roles.computeIfAbsent(model.latencies(), _ -> new ArrayList<>()).add(model.role());
        }
        List<String> found = new ArrayList<>();
        roles.forEach(
                (latencies, names) ->
                        inversions(latencies)
                                .map(times -> String.join(" and ", names) + ", " + times)
                                .forEach(found::add));
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Disturbed: a larger batch took less time than a smaller one (p50 of %s), so something else was at work while they were timed, and the times of a forward pass do not compare."
                                .formatted(String.join("; ", found)));
    }

    private static Stream<String> inversions(List<Latency> latencies) {
        return latencies.stream()
                .flatMap(
                        small ->
                                latencies.stream()
                                        .filter(large -> isQuicker(large, small))
                                        .map(large -> time(small) + " and " + time(large)));
    }

    private static boolean isQuicker(Latency large, Latency small) {
        return large.batch() > small.batch() && large.p50Micros() < (1 - NOISE) * small.p50Micros();
    }

    private static String time(Latency latency) {
        return "%s for %d".formatted(Numbers.time(latency.p50Micros() / 1e6), latency.batch());
    }
}
