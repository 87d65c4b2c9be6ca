package dev.retort.examples;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

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
