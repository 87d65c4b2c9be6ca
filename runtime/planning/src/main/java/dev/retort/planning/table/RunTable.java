package dev.retort.planning.table;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LearningCurveFit;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.RepeatedDataFit;
import dev.retort.planning.table.Columns.Found;
import dev.retort.planning.table.Table.Row;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The runs of a table.
 *
 * @param points the runs
 * @param notes what was presumed, one sentence each
 */
public record RunTable(List<LossPoint> points, List<String> notes) {
    /** Copies the lists. */
    public RunTable {
        points = List.copyOf(points);
        notes = List.copyOf(notes);
    }

    /**
     * How a file is read.
     *
     * @param unit the unit of the loss, where the user says it
     * @param names other names of columns, by the usual ones: N, D, loss, flops, schedule_tokens,
     *     run, unique_tokens
     * @param convention how tokens or parameters follow from FLOPs where they are missing
     */
    public record Reading(
            Optional<LossUnit> unit, Map<String, String> names, FlopConvention convention) {
        /** Copies the map. */
        public Reading {
            names = Map.copyOf(names);
            Columns.requireKnown(names.keySet(), RunColumns.ALL);
        }
    }

    /**
     * Rows of another kind.
     *
     * @param rows the rows
     * @param notes what was presumed, one sentence each
     * @param <T> what a row says
     */
    public record Noted<T>(List<T> rows, List<String> notes) {
        /** Copies the lists. */
        public Noted {
            rows = List.copyOf(rows);
            notes = List.copyOf(notes);
        }
    }

    /**
     * The runs of a table: the loss, and two of parameters, tokens and FLOPs. Rows that lack one of
     * them are left out, and a note says so.
     *
     * @param table the table
     * @param reading how it is read
     * @return the runs
     * @throws PlanningException if a column is missing or a cell is no such number; the message
     *     says where
     */
    public static RunTable of(Table table, Reading reading) {
        Columns columns = new Columns(table, reading.names());
        Found loss = columns.need(RunColumns.LOSS);
        LossCells losses = new LossCells(columns, loss, reading.unit());
        SizeCells sizes = new SizeCells(columns, reading.convention());
        Optional<Found> schedule = columns.find(RunColumns.SCHEDULE);
        Optional<Found> run = columns.find(RunColumns.RUN);
        List<LossPoint> points =
                complete(
                        columns,
                        "N, D or the loss",
                        row -> {
                            Optional<SizeCells.Size> size = sizes.of(row);
                            OptionalDouble value = losses.of(row);
                            if (size.isEmpty() || value.isEmpty()) {
                                return Optional.empty();
                            }
                            return Optional.of(
                                    new LossPoint(
                                            size.get().parameters(),
                                            size.get().tokens(),
                                            value.getAsDouble(),
                                            size.get().flops(),
                                            columns.number(row, schedule),
                                            run.map(found -> columns.text(row, found))
                                                    .filter(name -> !name.isEmpty())));
                        });
        sizes.tell();
        return new RunTable(points, columns.notes());
    }

    /**
     * The runs of a table on repeated data.
     *
     * @param table the table
     * @param reading how it is read
     * @return the runs
     * @throws PlanningException if a column is missing or a cell is no such number
     */
    public static Noted<RepeatedDataFit.Run> repeated(Table table, Reading reading) {
        Columns columns = new Columns(table, reading.names());
        Found parameters = columns.need(RunColumns.PARAMETERS);
        Found tokens = columns.need(RunColumns.TOKENS);
        Found unique = columns.need(RunColumns.UNIQUE);
        LossCells loss = new LossCells(columns, columns.need(RunColumns.LOSS), reading.unit());
        List<RepeatedDataFit.Run> runs =
                complete(
                        columns,
                        "N, D, the unique tokens or the loss",
                        row ->
                                all(
                                        List.of(
                                                columns.number(row, parameters),
                                                columns.number(row, tokens),
                                                columns.number(row, unique),
                                                loss.of(row)),
                                        all ->
                                                new RepeatedDataFit.Run(
                                                        all[0], all[1], all[2], all[3])));
        return new Noted<>(runs, columns.notes());
    }

    /**
     * The curve of one run.
     *
     * @param table the table
     * @param reading how it is read
     * @return its points
     * @throws PlanningException if a column is missing or a cell is no such number
     */
    public static Noted<LearningCurveFit.Point> curve(Table table, Reading reading) {
        Columns columns = new Columns(table, reading.names());
        Found tokens = columns.need(RunColumns.TOKENS);
        LossCells loss = new LossCells(columns, columns.need(RunColumns.LOSS), reading.unit());
        List<LearningCurveFit.Point> points =
                complete(
                        columns,
                        "D or the loss",
                        row ->
                                all(
                                        List.of(columns.number(row, tokens), loss.of(row)),
                                        all -> new LearningCurveFit.Point(all[0], all[1])));
        return new Noted<>(points, columns.notes());
    }

    private static <T> Optional<T> all(List<OptionalDouble> values, Function<double[], T> made) {
        return values.stream().allMatch(OptionalDouble::isPresent)
                ? Optional.of(
                        made.apply(
                                values.stream().mapToDouble(OptionalDouble::getAsDouble).toArray()))
                : Optional.empty();
    }

    /** The rows that lack nothing; a note says which ones do. */
    private static <T> List<T> complete(
            Columns columns, String what, Function<Row, Optional<T>> read) {
        List<Row> left = new ArrayList<>();
        List<T> found = new ArrayList<>();
        columns.forEach(
                row -> {
                    Optional<T> value = read.apply(row);
                    value.ifPresent(found::add);
                    if (value.isEmpty()) {
                        left.add(row);
                    }
                });
        if (found.isEmpty() && !left.isEmpty()) {
            throw new PlanningException(
                    "expected a value for each of %s in a row of %s, found none in any row"
                            .formatted(what.replace(" or ", " and "), columns.table().name()));
        }
        if (!left.isEmpty()) {
            columns.note("Left out for want of %s: %s.".formatted(what, columns.places(left)));
        }
        return found;
    }

    /**
     * Whether the file or the user says the unit of the loss.
     *
     * @param table a table with a loss
     * @param reading how it is read
     * @return whether one of them does
     */
    public static boolean isUnitStated(Table table, Reading reading) {
        Columns columns = new Columns(table, reading.names());
        return new LossCells(columns, columns.need(RunColumns.LOSS), reading.unit()).isStated();
    }
}
