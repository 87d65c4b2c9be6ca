package dev.retort.planning.table;

import dev.retort.planning.PlanningException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file as a table of named columns: text with separators, or Parquet. Which of the two it is, its
 * first bytes say, whatever its name ends with.
 *
 * <p>Immutable.
 */
public final class Table {
    private final String name;
    private final List<String> heads;
    private final List<Row> rows;
    private final String place;
    private final Decimals decimals;
    private final List<String> notes;

    /**
     * A row.
     *
     * @param number its number from 1: that of the line in a text
     * @param cells its cells, stripped, as many as the table has columns
     */
    public record Row(int number, List<String> cells) {
        /** Copies the cells. */
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /**
     * A table that was read.
     *
     * @param place what a row is called in messages, before its number
     * @param decimals how commas in numbers are meant
     */
    Table(
            String name,
            List<String> heads,
            List<Row> rows,
            String place,
            Decimals decimals,
            List<String> notes) {
        this.name = name;
        this.heads = List.copyOf(heads);
        this.rows = List.copyOf(rows);
        this.place = place;
        this.decimals = decimals;
        this.notes = List.copyOf(notes);
    }

    /**
     * Reads a file.
     *
     * @param file the file: Parquet, or text with a line of column names, separated by commas,
     *     semicolons, tabs, {@code |} or blanks
     * @return the table
     * @throws IOException if it cannot be read
     * @throws PlanningException if it is no such table
     */
    public static Table read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (Files.isDirectory(file)) {
            throw new PlanningException(
                    "expected a CSV or Parquet file, found the folder %s".formatted(file));
        }
        return ParquetTable.isParquet(file)
                ? ParquetTable.read(name, file)
                : CsvTable.read(name, Files.readAllBytes(file));
    }

    /**
     * The name of the file.
     *
     * @return the last part of its path
     */
    public String name() {
        return name;
    }

    /**
     * The names of the columns.
     *
     * @return as the file writes them
     */
    public List<String> heads() {
        return heads;
    }

    /**
     * The rows.
     *
     * @return in their order
     */
    public List<Row> rows() {
        return rows;
    }

    /**
     * What was presumed to read the file.
     *
     * @return one sentence each
     */
    public List<String> notes() {
        return notes;
    }

    Decimals decimals() {
        return decimals;
    }

    /** What rows are called in messages, before their numbers: {@code line} or {@code row}. */
    String place() {
        return place;
    }
}
