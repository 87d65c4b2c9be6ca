package dev.retort.distill.report;

import dev.retort.distill.report.ReportDocument.Latency;
import dev.retort.distill.report.ReportDocument.ModelEntry;
import dev.retort.efficiency.report.Numbers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        List<String> found = new ArrayList<>();
        for (ModelEntry model : report.models()) {
            for (Latency small : model.latencies()) {
                for (Latency large : model.latencies()) {
                    if (large.batch() > small.batch()
                            && large.p50Micros() < (1 - NOISE) * small.p50Micros()) {
                        found.add(
                                "%s, %s for %d and %s for %d"
                                        .formatted(
                                                model.role(),
                                                Numbers.time(small.p50Micros() / 1e6),
                                                small.batch(),
                                                Numbers.time(large.p50Micros() / 1e6),
                                                large.batch()));
                    }
                }
            }
        }
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Disturbed: a larger batch took less time than a smaller one (p50 of the %s), so something else was at work on this machine, and the times of a forward pass do not compare."
                                .formatted(String.join("; ", found)));
    }
}
