package dev.retort.planning.table;

import static dev.retort.planning.PlanningException.requirePositive;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.table.Columns.Found;
import dev.retort.planning.table.Table.Row;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The cells of N, D and FLOPs, of which one follows from the two others. */
final class SizeCells {
    private static final double FEWEST_FLOPS = 6;
    private static final int BISECTIONS = 100;

    private final Columns columns;
    private final FlopConvention convention;
    private final Optional<Found> parameters;
    private final Optional<Found> tokens;
    private final Optional<Found> flops;
    private final List<Row> withoutParameters = new ArrayList<>();
    private final List<Row> withoutTokens = new ArrayList<>();

    /** How large a run was, and what it cost where the row says so. */
    record Size(double parameters, double tokens, OptionalDouble flops) {}

    SizeCells(Columns columns, FlopConvention convention) {
        this.columns = columns;
        this.convention = convention;
        flops = columns.find(RunColumns.FLOPS);
        tokens =
                flops.isPresent()
                        ? columns.find(RunColumns.TOKENS)
                        : Optional.of(columns.need(RunColumns.TOKENS));
        parameters =
                flops.isPresent() && tokens.isPresent()
                        ? columns.find(RunColumns.PARAMETERS)
                        : Optional.of(columns.need(RunColumns.PARAMETERS));
    }

    /** The size of a row's run, if two of the three are there. */
    Optional<Size> of(Row row) {
        OptionalDouble n = number(row, parameters, "number of parameters N");
        OptionalDouble d = number(row, tokens, "number of tokens D");
        OptionalDouble c = number(row, flops, "number of FLOPs");
        if (n.isPresent() && d.isPresent()) {
            return Optional.of(new Size(n.getAsDouble(), d.getAsDouble(), c));
        }
        if (n.isPresent() && c.isPresent()) {
            withoutTokens.add(row);
            double derived = c.getAsDouble() / convention.perToken(n.getAsDouble());
            return Optional.of(new Size(n.getAsDouble(), derived, c));
        }
        if (d.isPresent() && c.isPresent()) {
            withoutParameters.add(row);
            double derived = parameters(c.getAsDouble() / d.getAsDouble());
            return Optional.of(new Size(derived, d.getAsDouble(), c));
        }
        return Optional.empty();
    }

    private OptionalDouble number(Row row, Optional<Found> column, String what) {
        OptionalDouble number =
                column.isPresent() ? columns.number(row, column.get()) : OptionalDouble.empty();
        number.ifPresent(value -> requirePositive(what, value));
        return number;
    }

    /** The parameters of which a token takes so many FLOPs; more make it dearer. */
    private double parameters(double perToken) {
        double high = perToken / FEWEST_FLOPS;
        if (convention.perToken(high) <= perToken) {
            return high;
        }
        double low = 0;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (convention.perToken(middle) > perToken) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return (low + high) / 2;
    }

    /** Notes what was taken from FLOPs. */
    void tell() {
        tell("tokens", tokens, withoutTokens);
        tell("parameters", parameters, withoutParameters);
    }

    private void tell(String what, Optional<Found> column, List<Row> without) {
        if (column.isEmpty()) {
            columns.note(
                    "The file has no %s: they were taken from the FLOPs by %s."
                            .formatted(what, convention.label()));
        } else if (!without.isEmpty()) {
            columns.note(
                    "The %s of %s were taken from the FLOPs by %s."
                            .formatted(what, columns.places(without), convention.label()));
        }
    }
}
