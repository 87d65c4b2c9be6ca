package dev.retort.examples;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lines of a width: none is longer. Not thread-safe. */
final class TopLines {
    private static final String GAP = "  ";

    private final int columns;
    private final List<AttributedString> all = new ArrayList<>();

    /**
     * No lines.
     *
     * @param columns the width
     */
    TopLines(int columns) {
        this.columns = columns;
    }

    /** A copy of the lines. */
    List<AttributedString> all() {
        return List.copyOf(all);
    }

    int size() {
        return all.size();
    }

    void removeLast() {
        all.removeLast();
    }

    void add(String text, AttributedStyle style) {
        add(new AttributedStringBuilder().append(text, style));
    }

    /** Text that is too long ends in an ellipsis. */
    void add(AttributedStringBuilder line) {
        AttributedString whole = line.toAttributedString();
        all.add(
                whole.columnLength() <= columns
                        ? whole
                        : new AttributedStringBuilder()
                                .append(whole.columnSubSequence(0, columns - 1))
                                .append("…")
                                .toAttributedString());
    }

    /** Text of several lines, broken at blanks where there are some, but not before a unit. */
    void wrap(String text, AttributedStyle style) {
        AttributedString rest = new AttributedString(text, style);
        while (rest.columnLength() > columns) {
            AttributedString line = rest.columnSubSequence(0, columns);
            int blank = blank(line.toString());
            // What begins with blanks is not broken there.
            int end = blank > 1 ? blank : line.length();
            all.add(rest.subSequence(0, end));
            rest = rest.subSequence(blank > 1 ? end + 1 : end, rest.length());
        }
        all.add(rest);
    }

    /** The last blank that does not part a number from its unit. */
    private static int blank(String line) {
        int blank = line.lastIndexOf(' ');
        boolean ofNumber = blank > 1 && Character.isDigit(line.charAt(blank - 1));
        return ofNumber ? line.lastIndexOf(' ', blank - 1) : blank;
    }

    /**
     * A part of a line.
     *
     * @param text the text
     * @param style how it looks
     * @param rank the lower, the more important
     */
    record Part(String text, AttributedStyle style, int rank) {}

    /** Appends the parts that have room: in their order, those of the lowest rank first. */
    void add(AttributedStringBuilder head, List<Part> parts) {
        int room = columns - head.columnLength();
        Set<Part> fit = new HashSet<>();
        for (Part part : parts.stream().sorted(Comparator.comparingInt(Part::rank)).toList()) {
            int width = GAP.length() + width(part.text());
            if (!part.text().isEmpty() && width <= room) {
                fit.add(part);
                room -= width;
            }
        }
        for (Part part : parts) {
            if (fit.contains(part)) {
                head.append(GAP).append(part.text(), part.style());
            }
        }
        add(head);
    }

    static int width(String text) {
        return new AttributedString(text).columnLength();
    }

    /** Padded to the right; what is too long ends in an ellipsis. */
    static String left(String text, int width) {
        AttributedString whole = new AttributedString(text);
        String cut =
                whole.columnLength() <= width
                        ? text
                        : whole.columnSubSequence(0, width - 1).toString() + "…";
        return cut + " ".repeat(Math.max(0, width - width(cut)));
    }
}
