package dev.retort.experiment.worker;

import dev.retort.experiment.CauseOfEnd;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Objects;

/**
 * How an attempt ended.
 *
 * @param cause the kind
 * @param detail one sentence
 * @param values the results by metric, if it completed
 * @param metrics its file of metric points, or {@code null}
 */
public record AttemptResult(
        CauseOfEnd cause,
        String detail,
        Map<String, Double> values,
        @Nullable MetricsFile metrics) {
    /** Checks and copies the components. */
    public AttemptResult {
        Objects.requireNonNull(cause, "cause is null");
        Objects.requireNonNull(detail, "detail is null");
        values = Map.copyOf(values);
    }

    /** An end without results. */
    public static AttemptResult of(CauseOfEnd cause, String detail) {
        return new AttemptResult(cause, detail, Map.of(), null);
    }

    /**
     * A file of metric points.
     *
     * @param path relative to the folder of the lab
     * @param sha256 the hash of its content
     * @param points how many it holds
     */
    public record MetricsFile(String path, String sha256, long points) {}
}
