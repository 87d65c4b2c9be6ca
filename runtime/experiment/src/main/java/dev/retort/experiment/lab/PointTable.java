package dev.retort.experiment.lab;

import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.metric.MetricFileException;
import dev.retort.experiment.metric.MetricPoint;
import dev.retort.experiment.metric.MetricReader;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The metric points of runs as a table: a row each, run by run, in the order in which an attempt
 * recorded them. Points of attempts that have not ended are left out. A step that an attempt did
 * again, from a checkpoint before it, is there once for each attempt.
 *
 * <p>Holds one block of a file in memory, however many points there are. Immutable.
 */
public final class PointTable implements ExportTable {
    private static final List<Column> COLUMNS =
            List.of(
                    new Column("run", Type.TEXT),
                    new Column("attempt", Type.INTEGER),
                    new Column("metric", Type.TEXT),
                    new Column("step", Type.INTEGER),
                    new Column("time", Type.TIME),
                    new Column("value", Type.NUMBER));

    private final List<Part> parts;
    private final int missing;

    /** The points of an attempt, counted from 1; of none that is known in a run from elsewhere. */
    private record Part(String run, @Nullable Long attempt, MetricsSealed points, Path file) {}

    private PointTable(List<Part> parts, int missing) {
        this.parts = parts;
        this.missing = missing;
    }

    /**
     * The table of the points of some runs.
     *
     * @param store where the runs are
     * @param filter which ones
     * @param folder the folder of the lab, where their points are
     * @return the table, without the files that are not there
     */
    public static PointTable of(EventStore store, RunFilter filter, Path folder) {
        List<Part> all = store.read(state -> parts(state, filter, folder));
        List<Part> there = all.stream().filter(part -> Files.exists(part.file)).toList();
        return new PointTable(there, all.size() - there.size());
    }

    private static List<Part> parts(LabState state, RunFilter filter, Path folder) {
        List<Part> parts = new ArrayList<>();
        for (RunView view : state.runs()) {
            if (filter.fits(view, state.experimentOf(view))) {
                for (MetricsSealed points : view.metrics()) {
                    parts.add(part(view, points, folder));
                }
            }
        }
        return parts;
    }

    private static Part part(RunView view, MetricsSealed points, Path folder) {
        Long attempt = null;
        for (int i = 0; i < view.attempts().size(); i++) {
            if (view.attempts().get(i).token() == points.token()) {
                attempt = i + 1L;
            }
        }
        return new Part(view.run().id(), attempt, points, folder.resolve(points.path()));
    }

    /** How many files of points are not where they should be; theirs are not in the table. */
    public int missing() {
        return missing;
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public long rows() {
        return parts.stream().mapToLong(part -> part.points.points()).sum();
    }

    /**
     * {@inheritDoc}
     *
     * @throws MetricFileException if a file is damaged or was changed after it was sealed
     */
    @Override
    public void writeTo(Sink sink) throws IOException {
        for (Part part : parts) {
            try (MetricReader reader = MetricReader.open(part.file)) {
                for (List<MetricPoint> block = reader.next();
                        !block.isEmpty();
                        block = reader.next()) {
                    for (MetricPoint point : block) {
                        sink.row(row(part, point));
                    }
                }
                reader.requireSealed(part.points.sha256(), part.points.points());
            }
        }
    }

    private static List<? extends @Nullable Object> row(Part part, MetricPoint point) {
        return Arrays.asList(
                part.run,
                part.attempt,
                point.metric(),
                point.step(),
                Instant.ofEpochMilli(point.wallMillis()),
                point.value());
    }
}
