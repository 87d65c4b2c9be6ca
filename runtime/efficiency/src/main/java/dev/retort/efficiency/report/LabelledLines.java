package dev.retort.efficiency.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of a terminal with a label each, wrapped to 80 columns. Not thread-safe. */
final class LabelledLines {
    static final int COLUMNS = 80;
    static final int LABEL = 11;

    private static final String BOLD = "\033[1m";
    private static final String ALARM = "\033[33m";
    private static final String PLAIN = "\033[0m";

    private final boolean colour;
    private final List<String> all = new ArrayList<>();

    /**
     * No lines.
     *
     * @param colour whether to paint headings and alarms
     */
    LabelledLines(boolean colour) {
        this.colour = colour;
    }

    /** A copy of the lines. */
    List<String> all() {
        return List.copyOf(all);
    }

    void heading(String text) {
        wrap(text, COLUMNS).forEach(line -> all.add(paint(line, BOLD)));
    }

    void add(String label, String text) {
        add(label, text, false);
    }

    void add(String label, String text, boolean alarm) {
        String head = label;
        for (String line : wrap(text, COLUMNS - LABEL)) {
            all.add(
                    (head + " ".repeat(LABEL - head.length()) + (alarm ? paint(line, ALARM) : line))
                            .stripTrailing());
            head = "";
        }
    }

    private String paint(String line, String code) {
        return colour ? code + line + PLAIN : line;
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int blank = rest.lastIndexOf(' ', width);
            if (blank > 1 && Character.isDigit(rest.charAt(blank - 1))) {
                // A number stays with its unit.
                blank = rest.lastIndexOf(' ', blank - 1);
            }
            int end = blank > 0 && !rest.substring(0, blank).isBlank() ? blank : width;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }
}
