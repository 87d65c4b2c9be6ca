package dev.retort.examples;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A table in plain text: the first column to the left, the others to the right. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /**
     * A table without rows.
     *
     * @param heads the first line
     */
    public TextTable(List<String> heads) {
        rows.add(List.copyOf(heads));
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are heads
     */
    public void row(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "expected %d cells, found %d".formatted(rows.getFirst().size(), cells.size()));
        }
        rows.add(List.copyOf(cells));
    }

    /**
     * The same table with rows for columns, for one that has more columns than rows.
     *
     * @return a new table; the heads are its first column
     */
    public TextTable transposed() {
        TextTable turned = null;
        for (int column = 0; column < rows.getFirst().size(); column++) {
            List<String> cells = new ArrayList<>();
            for (List<String> row : rows) {
                cells.add(row.get(column));
            }
            if (turned == null) {
                turned = new TextTable(cells);
            } else {
                turned.row(cells);
            }
        }
        return Objects.requireNonNull(turned, "a table has a column");
    }

    /**
     * The first line.
     *
     * @return the heads of the columns
     */
    public List<String> heads() {
        return rows.getFirst();
    }

    /**
     * The other lines.
     *
     * @return the cells of each row, as many as there are heads
     */
    public List<List<String>> body() {
        return List.copyOf(rows.subList(1, rows.size()));
    }

    /**
     * Prints the table.
     *
     * @param out where to
     */
    public void print(PrintWriter out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + padding : GAP + padding + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
