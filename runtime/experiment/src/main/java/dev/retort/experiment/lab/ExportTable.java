package dev.retort.experiment.lab;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/** Rows under named columns, for other programs. They are made one after the other, not held. */
public interface ExportTable {
    /** What the values of a column are; one that is missing is {@code null}. */
    enum Type {
        /** Strings; among them numbers and truth values that are meant as their text. */
        TEXT,
        /** Each is a {@code Long}. */
        INTEGER,
        /** Each is a {@code Double}, or a {@code Long} among such. */
        NUMBER,
        /** Each is a {@code Boolean}. */
        BOOLEAN,
        /** Each is a {@link java.time.Instant} of whole milliseconds. */
        TIME;

        static Type of(Object value) {
            return switch (value) {
                case Long _ -> INTEGER;
                case Double _ -> NUMBER;
                case Boolean _ -> BOOLEAN;
                default -> TEXT;
            };
        }

        /** The one of columns that have values of both. */
        Type with(Type other) {
            if (this == other) {
                return this;
            }
            return isNumeric() && other.isNumeric() ? NUMBER : TEXT;
        }

        private boolean isNumeric() {
            return this == INTEGER || this == NUMBER;
        }
    }

    /**
     * A column.
     *
     * @param name its name, which no other of the table has
     * @param type what its values are
     */
    record Column(String name, Type type) {}

    /** What takes the rows. */
    interface Sink {
        /**
         * Takes the next row.
         *
         * @param values one for each column; borrowed until this method returns, since the next row
         *     may be in the same list
         * @throws IOException if it cannot be written
         */
        void row(List<? extends @Nullable Object> values) throws IOException;
    }

    /** The columns, in their order. */
    List<Column> columns();

    /** How many rows there are. */
    long rows();

    /**
     * Hands over the rows, in their order.
     *
     * @param sink what takes them
     * @throws IOException if they cannot be read or written
     */
    void writeTo(Sink sink) throws IOException;
}
