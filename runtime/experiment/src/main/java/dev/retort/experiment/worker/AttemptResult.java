package dev.retort.experiment.worker;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final Logger LOG = System.getLogger(AttemptResult.class.getName());

    /** Checks and copies the components. */
    public AttemptResult {
        Objects.requireNonNull(cause, "cause is null");
        Objects.requireNonNull(detail, "detail is null");
        values = Map.copyOf(values);
    }

    /** The same with a file of metric points. */
    public AttemptResult withMetrics(@Nullable MetricsFile file) {
        return new AttemptResult(cause, detail, values, file);
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
     * @param dropped how many were left out, or {@code null} if nobody knows
     */
    public record MetricsFile(String path, String sha256, long points, @Nullable Long dropped) {
        /**
         * What an attempt left that was ended before it could tell, such as by a kill: all that it
         * had written until then. {@code null} if there is nothing that can be read.
         */
        public static @Nullable MetricsFile leftBy(Assignment assignment) {
            Path file = Path.of(assignment.lab()).resolve(assignment.metrics());
            if (!Files.exists(file)) {
                return null;
            }
            try {
                MetricWriter.Sealed sealed = MetricFile.seal(file);
                return new MetricsFile(
                        assignment.metrics(), sealed.sha256(), sealed.points(), null);
            } catch (IOException e) {
                LOG.log(
                        Logger.Level.WARNING,
                        "the metrics of run {0} cannot be read: {1}",
                        assignment.run(),
                        e.getMessage());
                return null;
            }
        }
    }
}
