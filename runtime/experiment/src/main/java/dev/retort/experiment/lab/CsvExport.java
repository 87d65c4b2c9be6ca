package dev.retort.experiment.lab;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/**
 * A table as comma-separated values (RFC 4180): the names of its columns, then a line for each row.
 * What is missing is empty, and instants are of ISO 8601 in UTC.
 */
public final class CsvExport {
    private CsvExport() {}

    /**
     * Writes a table.
     *
     * @param table the table
     * @param out where to
     * @throws IOException if it cannot be read or written
     */
    public static void write(ExportTable table, Appendable out) throws IOException {
        write(table.columns().stream().map(ExportTable.Column::name).toList(), out);
        table.writeTo(row -> write(row, out));
    }

    private static void write(List<? extends @Nullable Object> cells, Appendable out)
            throws IOException {
        String separator = "";
        for (Object cell : cells) {
            out.append(separator).append(cell == null ? "" : quoted(cell.toString()));
            separator = ",";
        }
        out.append("\r\n");
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
