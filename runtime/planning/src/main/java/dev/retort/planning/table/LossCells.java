package dev.retort.planning.table;

import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.table.Columns.Found;
import dev.retort.planning.table.Table.Row;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The cells of a loss, in nats. */
final class LossCells {
    private final Columns columns;
    private final Found column;
    private final Optional<LossScale> scale;
    private final Optional<LossUnit> stated;

    /**
     * The cells of a column.
     *
     * @param columns the columns of the table
     * @param column which one it is
     * @param asked the unit, where the user says it
     * @throws PlanningException if the name of the column says another unit, or a loss per byte
     */
    LossCells(Columns columns, Found column, Optional<LossUnit> asked) {
        this.columns = columns;
        this.column = column;
        scale = LossScale.of(column.unit());
        Optional<LossUnit> named = scale.flatMap(LossScale::unit);
        if (named.isPresent() && asked.isPresent() && !named.equals(asked)) {
            throw new PlanningException(
                    "expected a loss in %s, found the column %s"
                            .formatted(
                                    asked.get().name().toLowerCase(Locale.ROOT),
                                    columns.head(column)));
        }
        stated = named.or(() -> asked);
        boolean isPerByte = scale.isPresent() && scale.get().isPerByte();
        if (isPerByte && !column.isNamed()) {
            throw new PlanningException(
                    "expected a loss per token, found one per byte or character in column %s, which"
                                    .formatted(columns.head(column))
                            + " compares with tokens D only by the bytes of a token: multiply it by"
                            + " them, or name it as the loss if D counts bytes");
        }
        if (isPerByte) {
            columns.note(
                    "Column %s is a loss per byte or character: D has to count the same."
                            .formatted(columns.head(column)));
        }
        tellUnit();
    }

    private void tellUnit() {
        if (stated.isEmpty()) {
            columns.note("The file does not say the unit of the loss: it was taken as nats.");
        } else if (isPerplexity()) {
            columns.note(
                    "The loss is the logarithm of the perplexity in column %s."
                            .formatted(columns.head(column)));
        } else if (stated.get() == LossUnit.BITS) {
            columns.note("Losses were read in bits and converted to nats.");
        }
    }

    private boolean isPerplexity() {
        return scale.equals(Optional.of(LossScale.PERPLEXITY));
    }

    /** Whether the file or the user says the unit. */
    boolean isStated() {
        return stated.isPresent();
    }

    /** The loss of a row in nats, if there is one. */
    OptionalDouble of(Row row) {
        OptionalDouble number = columns.number(row, column);
        if (number.isEmpty()) {
            return number;
        }
        double value = number.getAsDouble();
        return OptionalDouble.of(
                isPerplexity() ? Math.log(value) : stated.orElse(LossUnit.NATS).toNats(value));
    }
}
