package dev.retort.planning.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * How a text writes its table: what separates cells, and which lines are no part of it. Those are
 * empty here, so that the others keep their numbers.
 *
 * <p>A comment is a line that begins with {@code #} before the line of names, or with {@code #} and
 * a blank after it. A line of names may itself begin with {@code #}: where the first line that does
 * not holds numbers.
 *
 * @param lines the lines
 * @param separator what stands between their cells
 */
record TextLayout(List<String> lines, Separator separator) {
    private static final Pattern RULE = Pattern.compile("[\\s|:+=-]*--[\\s|:+=-]*");

    static TextLayout of(List<String> all) {
        List<String> lines = new ArrayList<>(all);
        boolean[] quoted = quoted(all);
        for (int i = 0; i < quoted.length; i++) {
            if (!quoted[i] && RULE.matcher(lines.get(i)).matches()) {
                lines.set(i, "");
            }
        }
        int head = head(lines);
        if (head < 0) {
            return new TextLayout(Collections.nCopies(lines.size(), ""), Separator.COMMA);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean comments = line.startsWith("# ") || line.strip().equals("#");
            if (i < head || (i > head && comments && !quoted[i])) {
                lines.set(i, "");
            }
        }
        lines.set(head, withoutSign(lines.get(head)));
        if (lines.get(head).strip().startsWith("|")) {
            lines.replaceAll(TextLayout::withoutFrame);
        }
        Separator separator = Separator.of(filled(lines, head));
        lines.replaceAll(separator::normal);
        return new TextLayout(lines, separator);
    }

    /** Which lines begin within a quoted cell of a line above; a quote in it is written twice. */
    private static boolean[] quoted(List<String> lines) {
        boolean[] quoted = new boolean[lines.size()];
        boolean open = false;
        for (int i = 0; i < quoted.length; i++) {
            quoted[i] = open;
            boolean isComment = !open && lines.get(i).startsWith("#");
            if (!isComment && lines.get(i).chars().filter(c -> c == '"').count() % 2 == 1) {
                open = !open;
            }
        }
        return quoted;
    }

    /** The line of names: the last comment before numbers that has as many cells as they. */
    private static int head(List<String> lines) {
        int first = first(lines, 0, line -> !line.startsWith("#"));
        if (first < 0) {
            // All rows begin with the sign: the first line does without a blank after it.
            int row = first(lines, 1, line -> !line.startsWith("# ") && line.length() > 1);
            return row < 0 ? -1 : first(lines, 0, line -> true);
        }
        Separator separator = Separator.of(filled(lines, first));
        int cells = separator.cells(lines.get(first));
        if (cells < 2 || !hasNumber(lines.get(first), separator)) {
            return first;
        }
        for (int i = first - 1; i >= 0; i--) {
            String names = withoutSign(lines.get(i));
            if (lines.get(i).startsWith("#")
                    && separator.cells(names) == cells
                    && !hasNumber(names, separator)) {
                return i;
            }
        }
        return first;
    }

    private static int first(List<String> lines, int from, Predicate<String> fits) {
        for (int i = from; i < lines.size(); i++) {
            if (!lines.get(i).isBlank() && fits.test(lines.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean hasNumber(String line, Separator separator) {
        String split = "[" + separator.letter() + "]";
        for (String cell : separator.normal(line).split(split, -1)) {
            if (Quantity.isNumber(cell.replace("\"", ""), Decimals.POINT)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> filled(List<String> lines, int from) {
        return lines.subList(from, lines.size()).stream().filter(line -> !line.isBlank()).toList();
    }

    private static String withoutSign(String line) {
        return line.replaceFirst("^#+\\s*", "");
    }

    private static String withoutFrame(String line) {
        return line.strip().replaceFirst("^\\|", "").replaceFirst("\\|$", "");
    }
}
