package dev.retort.examples;

import dev.retort.efficiency.report.Numbers;
import dev.retort.efficiency.report.Words;
import dev.retort.efficiency.status.RunStatus;
import dev.retort.examples.TopSnapshot.Run;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleFunction;

/**
 * The columns of the table of runs: as wide as what stands in them, so that no number is ever cut,
 * and as many as a terminal has room for. What finds none is left out whole, and {@linkplain
 * #leftOut told} elsewhere.
 */
final class TopColumns {
    private static final int SHORTEST_NAME = 10;
    private static final int LONGEST_NAME = 40;

    /** The name, a blank, and the state, of which no word is longer. */
    static final int STATE = 7;

    /** In the order in which they are shown. */
    private enum Column {
        STEP("STEP", 9, 1),
        RATE("ITEMS/S", 8, 2),
        GOOD("GOOD", 7, 0),
        PENDING("PENDING", 7, 3),
        LOSS("MOST LOST TO", 18, 4);

        private final String head;
        private final int narrowest;

        /** The higher, the sooner it is left out. */
        private final int rank;

        Column(String head, int narrowest, int rank) {
            this.head = head;
            this.narrowest = narrowest;
            this.rank = rank;
        }

        private int gap() {
            return this == LOSS ? 2 : 1;
        }
    }

    private final Map<Column, Integer> widths = new EnumMap<>(Column.class);
    private final Set<Column> shown = EnumSet.allOf(Column.class);
    private final int name;

    /**
     * The columns for a terminal.
     *
     * @param runs what is going to stand in them
     * @param columns the width of the terminal
     */
    TopColumns(List<Run> runs, int columns) {
        for (Column column : Column.values()) {
            int width = Math.max(column.narrowest, column.head.length());
            for (Run run : runs) {
                width = Math.max(width, value(column, run).length());
            }
            widths.put(column, width);
        }
        for (int rank = Column.values().length - 1; rank >= 0 && room(columns) < 0; rank--) {
            int last = rank;
            shown.removeIf(column -> column.rank == last);
        }
        name = Math.clamp(SHORTEST_NAME + room(columns), 1, LONGEST_NAME);
    }

    /** What is left beside the shortest name. */
    private int room(int columns) {
        int taken = SHORTEST_NAME + 1 + STATE;
        for (Column column : shown) {
            taken += column.gap() + width(column);
        }
        return columns - taken;
    }

    private int width(Column column) {
        return widths.getOrDefault(column, column.narrowest);
    }

    /** The width of the column of names. */
    int name() {
        return name;
    }

    /** The heads of the columns after the state. */
    String heads() {
        StringBuilder line = new StringBuilder();
        for (Column column : shown) {
            line.append(cell(column, column.head));
        }
        return line.toString();
    }

    /** The cells of a run after its state. */
    String cells(Run run) {
        StringBuilder line = new StringBuilder();
        for (Column column : shown) {
            line.append(cell(column, value(column, run)));
        }
        return line.toString();
    }

    private String cell(Column column, String text) {
        String padding = " ".repeat(Math.max(0, width(column) - text.length()));
        return " ".repeat(column.gap()) + (column == Column.LOSS ? text + padding : padding + text);
    }

    /** What has no column, in words. */
    List<String> leftOut(Run run) {
        List<String> parts = new ArrayList<>();
        for (Column column : Column.values()) {
            if (!shown.contains(column)) {
                String value = value(column, run);
                parts.add(
                        switch (column) {
                            case STEP -> "step " + value;
                            case RATE -> value + " items/s";
                            case GOOD -> "good " + value;
                            case PENDING -> "pending " + value;
                            case LOSS -> "most lost to " + value;
                        });
            }
        }
        return parts;
    }

    private static String value(Column column, Run run) {
        RunStatus status = run.status();
        return switch (column) {
            case STEP -> Numbers.count(status.steps());
            case RATE ->
                    run.isSilent()
                            ? Numbers.ABSENT
                            : shown(status.itemsPerSecond(), TopColumns::rate);
            case GOOD -> share(run.goodput());
            case PENDING -> share(run.pending());
            case LOSS ->
                    run.biggestLoss() == null
                            ? Numbers.ABSENT
                            : Words.of(Words.plain(run.biggestLoss()))
                                    + " "
                                    + share(run.biggestLossShare());
        };
    }

    private static String share(@Nullable Double share) {
        return shown(share, value -> Numbers.percent(value, 1));
    }

    private static String shown(@Nullable Double value, DoubleFunction<String> format) {
        return value == null ? Numbers.ABSENT : format.apply(value);
    }

    private static String rate(double perSecond) {
        return perSecond < 100
                ? String.format(Locale.ROOT, "%.1f", perSecond)
                : Numbers.count(Math.round(perSecond));
    }
}
