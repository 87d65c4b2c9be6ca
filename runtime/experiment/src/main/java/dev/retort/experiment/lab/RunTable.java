package dev.retort.experiment.lab;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.schedule.LostLeases;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The runs of a lab as a table: a row each, as submitted, with its {@link RunTimes}, its parameters
 * in columns {@code config.NAME} and its results in columns {@code value.NAME}. A parameter that is
 * a number in one arm and text or a truth value in another is text.
 *
 * <p>Immutable: the runs as they were when it was made.
 */
public final class RunTable implements ExportTable {
    private static final List<Field> FIELDS =
            List.of(
                    field("run", Type.TEXT, line -> line.view.run().id()),
                    field("experiment", Type.TEXT, line -> line.experiment.id()),
                    field("arm", Type.TEXT, line -> line.arm.name()),
                    field("seed", Type.INTEGER, line -> line.view.run().seed()),
                    field("team", Type.TEXT, line -> line.experiment.team()),
                    field("state", Type.TEXT, line -> line.view.state().name()),
                    field("attempts", Type.INTEGER, line -> (long) line.view.attempts().size()),
                    field("reason", Type.TEXT, line -> reason(line.view)),
                    field("queued", Type.TIME, line -> line.times.queued()),
                    field("started", Type.TIME, line -> line.times.started()),
                    field("ended", Type.TIME, line -> line.times.ended()),
                    field("deviceSeconds", Type.NUMBER, line -> line.times.deviceSeconds()));

    private final List<Field> fields;
    private final List<Line> lines;

    /** A run with what it belongs to. */
    private record Line(RunView view, RunTimes times, Experiment experiment, Arm arm) {
        static Line of(LabState state, RunView view, LostLeases lost) {
            RunTimes times = RunTimes.of(state, view, lost);
            return new Line(view, times, state.experimentOf(view), state.armOf(view));
        }
    }

    private record Field(Column column, Function<Line, @Nullable Object> value) {}

    private RunTable(List<Field> fields, List<Line> lines) {
        this.fields = fields;
        this.lines = lines;
    }

    /**
     * The table of some runs.
     *
     * @param store where they are
     * @param filter which ones
     * @return the table
     */
    public static RunTable of(EventStore store, RunFilter filter) {
        LostLeases lost = LostLeases.of(store);
        List<Line> lines =
                store.read(
                        state ->
                                state.runs().stream()
                                        .filter(view -> filter.fits(view, state.experimentOf(view)))
                                        .map(view -> Line.of(state, view, lost))
                                        .toList());
        SortedMap<String, Type> parameters = new TreeMap<>();
        TreeSet<String> metrics = new TreeSet<>();
        for (Line line : lines) {
            line.arm
                    .config()
                    .forEach((name, value) -> parameters.merge(name, Type.of(value), Type::with));
            metrics.addAll(line.view.values().keySet());
        }
        List<Field> fields = new ArrayList<>(FIELDS);
        parameters.forEach(
                (name, type) ->
                        fields.add(
                                field(
                                        "config." + name,
                                        type,
                                        line -> line.arm.config().get(name))));
        for (String name : metrics) {
            fields.add(field("value." + name, Type.NUMBER, line -> line.view.values().get(name)));
        }
        return new RunTable(fields, lines);
    }

    @Override
    public List<Column> columns() {
        return fields.stream().map(Field::column).toList();
    }

    @Override
    public long rows() {
        return lines.size();
    }

    @Override
    public void writeTo(Sink sink) throws IOException {
        List<@Nullable Object> values = new ArrayList<>(fields.size());
        for (Line line : lines) {
            values.clear();
            for (Field field : fields) {
                values.add(field.value.apply(line));
            }
            sink.row(values);
        }
    }

    private static Field field(String name, Type type, Function<Line, @Nullable Object> value) {
        return new Field(new Column(name, type), value);
    }

    private static @Nullable String reason(RunView view) {
        return view.reason().isEmpty() ? null : view.reason();
    }
}
