package dev.retort.planning.table;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LearningCurveFit;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.RepeatedDataFit;
import dev.retort.planning.table.CsvTable.Found;
import dev.retort.planning.table.CsvTable.Row;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The runs of a CSV file.
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
     * @param convention how tokens follow from FLOPs where a file has no tokens
     */
    public record Reading(
            Optional<LossUnit> unit, Map<String, String> names, FlopConvention convention) {
        /** Copies the map. */
        public Reading {
            names = Map.copyOf(names);
            for (String name : names.keySet()) {
                if (KNOWN.stream().noneMatch(c -> c.names().getFirst().equals(name))) {
                    throw new PlanningException(
                            "expected a column of %s, found %s"
                                    .formatted(
                                            String.join(
                                                    ", ",
                                                    KNOWN.stream()
                                                            .map(c -> c.names().getFirst())
                                                            .toList()),
                                            name));
                }
            }
        }

        private static final List<Column> KNOWN =
                List.of(
                        Column.PARAMETERS,
                        Column.TOKENS,
                        Column.LOSS,
                        Column.FLOPS,
                        Column.SCHEDULE,
                        Column.RUN,
                        Column.UNIQUE);

        Column column(Column usual) {
            String name = names.get(usual.names().getFirst());
            return name == null ? usual : usual.called(name);
        }
    }

    /**
     * The runs of a table: parameters and loss, and tokens or FLOPs.
     *
     * @param table the table
     * @param reading how it is read
     * @return the runs
     * @throws PlanningException if a column is missing or a cell is no such number; the message
     *     says where
     */
    public static RunTable of(CsvTable table, Reading reading) {
        Cells cells = new Cells(table, reading);
        Found parameters = table.need(reading.column(Column.PARAMETERS));
        Optional<Found> flops = table.find(reading.column(Column.FLOPS));
        Optional<Found> tokens = table.find(reading.column(Column.TOKENS));
        Found loss = table.need(reading.column(Column.LOSS));
        Optional<Found> schedule = table.find(reading.column(Column.SCHEDULE));
        Optional<Found> run = table.find(reading.column(Column.RUN));
        List<String> notes = new ArrayList<>(cells.notes(loss));
        if (tokens.isEmpty() && flops.isEmpty()) {
            table.need(reading.column(Column.TOKENS));
        }
        if (tokens.isEmpty()) {
            notes.add(
                    "The file has no tokens: they were taken from the FLOPs by %s."
                            .formatted(reading.convention().label()));
        }
        List<LossPoint> points =
                cells.rows(
                        row -> {
                            double n = cells.number(row, parameters);
                            OptionalDouble spent =
                                    flops.map(f -> cells.optional(row, f))
                                            .orElse(OptionalDouble.empty());
                            return new LossPoint(
                                    n,
                                    tokens.isPresent()
                                            ? cells.number(row, tokens.get())
                                            : cells.tokens(row, n, flops.orElseThrow()),
                                    cells.loss(row, loss),
                                    spent,
                                    schedule.map(f -> cells.optional(row, f))
                                            .orElse(OptionalDouble.empty()),
                                    run.map(f -> row.cells().get(f.index()))
                                            .filter(name -> !name.isEmpty()));
                        });
        return new RunTable(points, notes);
    }

    /**
     * The runs of a table on repeated data.
     *
     * @param table the table
     * @param reading how it is read
     * @return the runs
     * @throws PlanningException if a column is missing or a cell is no such number
     */
    public static List<RepeatedDataFit.Run> repeated(CsvTable table, Reading reading) {
        Cells cells = new Cells(table, reading);
        Found parameters = table.need(reading.column(Column.PARAMETERS));
        Found tokens = table.need(reading.column(Column.TOKENS));
        Found unique = table.need(reading.column(Column.UNIQUE));
        Found loss = table.need(reading.column(Column.LOSS));
        return cells.rows(
                row ->
                        new RepeatedDataFit.Run(
                                cells.number(row, parameters),
                                cells.number(row, tokens),
                                cells.number(row, unique),
                                cells.loss(row, loss)));
    }

    /**
     * The curve of one run.
     *
     * @param table the table
     * @param reading how it is read
     * @return its points
     * @throws PlanningException if a column is missing or a cell is no such number
     */
    public static List<LearningCurveFit.Point> curve(CsvTable table, Reading reading) {
        Cells cells = new Cells(table, reading);
        Found tokens = table.need(reading.column(Column.TOKENS));
        Found loss = table.need(reading.column(Column.LOSS));
        return cells.rows(
                row ->
                        new LearningCurveFit.Point(
                                cells.number(row, tokens), cells.loss(row, loss)));
    }

    /**
     * Whether the file or the user says the unit of the loss.
     *
     * @param table a table with a loss
     * @param reading how it is read
     * @return whether one of them does
     */
    public static boolean isUnitStated(CsvTable table, Reading reading) {
        return new Cells(table, reading).isStated(table.need(reading.column(Column.LOSS)));
    }

    /**
     * What was presumed of the unit of the loss, or done because of it.
     *
     * @param table a table with a loss
     * @param reading how it is read
     * @return a sentence where neither the file nor the user says it, and where it is not nats
     */
    public static List<String> unitNotes(CsvTable table, Reading reading) {
        return new Cells(table, reading).notes(table.need(reading.column(Column.LOSS)));
    }

    /** Cells as numbers, with the line in every message. */
    private record Cells(CsvTable table, Reading reading) {
        <T> List<T> rows(Function<Row, T> read) {
            List<T> rows = new ArrayList<>();
            for (Row row : table.rows()) {
                try {
                    rows.add(read.apply(row));
                } catch (PlanningException e) {
                    throw new PlanningException(
                            "%s line %d: %s".formatted(table.name(), row.line(), e.getMessage()));
                }
            }
            return rows;
        }

        double number(Row row, Found column) {
            String text = row.cells().get(column.index());
            if (text.isEmpty()) {
                throw new PlanningException(
                        "expected a number in column %s, found nothing"
                                .formatted(table.heads().get(column.index())));
            }
            return Quantity.parse(text) * Quantity.scale(column.unit());
        }

        OptionalDouble optional(Row row, Found column) {
            return row.cells().get(column.index()).isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(number(row, column));
        }

        double tokens(Row row, double parameters, Found flops) {
            return number(row, flops) / reading.convention().perToken(parameters);
        }

        double loss(Row row, Found column) {
            return unit(column).toNats(number(row, column));
        }

        private LossUnit unit(Found column) {
            Optional<LossUnit> named =
                    column.unit().isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    column.unit().startsWith("bit")
                                            ? LossUnit.BITS
                                            : LossUnit.NATS);
            if (named.isPresent()
                    && reading.unit().isPresent()
                    && named.get() != reading.unit().get()) {
                throw new PlanningException(
                        "expected a loss in %s, found the column %s"
                                .formatted(
                                        reading.unit()
                                                .get()
                                                .name()
                                                .toLowerCase(java.util.Locale.ROOT),
                                        table.heads().get(column.index())));
            }
            return named.or(reading::unit).orElse(LossUnit.NATS);
        }

        List<String> notes(Found loss) {
            if (!isStated(loss)) {
                return List.of("The file does not say the unit of the loss: it was taken as nats.");
            }
            return unit(loss) == LossUnit.BITS
                    ? List.of("Losses were read in bits and converted to nats.")
                    : List.of();
        }

        boolean isStated(Found loss) {
            return !loss.unit().isEmpty() || reading.unit().isPresent();
        }
    }
}
