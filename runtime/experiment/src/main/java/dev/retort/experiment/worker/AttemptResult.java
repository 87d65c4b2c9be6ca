package dev.retort.experiment.worker;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
            return read(assignment.run(), Path.of(assignment.lab()), assignment.metrics(), false);
        }

        /**
         * What an attempt left that nobody works on any more, as a copy: a process that was only
         * thought gone may still write to the file. {@code null} if there is nothing that can be
         * read here.
         *
         * @param lab the folder of the lab
         * @param run the run
         * @param attempt the attempt
         */
        public static @Nullable MetricsFile copyOf(Path lab, String run, Attempt attempt) {
            return read(run, lab, attempt.folder(run) + "/metrics", true);
        }

        private static @Nullable MetricsFile read(
                String run, Path lab, String path, boolean copied) {
            if (!Files.exists(lab.resolve(path))) {
                return null;
            }
            String kept = copied ? path + "-taken-over" : path;
            try {
                if (copied) {
                    Files.copy(
                            lab.resolve(path),
                            lab.resolve(kept),
                            StandardCopyOption.REPLACE_EXISTING);
                }
                MetricWriter.Sealed sealed = MetricFile.seal(lab.resolve(kept));
                return new MetricsFile(kept, sealed.sha256(), sealed.points(), null);
            } catch (IOException e) {
                LOG.log(
                        Logger.Level.WARNING,
                        "the metrics of run {0} cannot be read: {1}",
                        run,
                        e.getMessage());
                return null;
            }
        }
    }
}
