package dev.retort.planning.table;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands between the cells of a line. */
enum Separator {
    COMMA(',', ""),
    SEMICOLON(';', ""),
    TAB('\t', ""),
    PIPE('|', ""),
    /** Columns that are aligned by blanks, with single ones inside of cells. */
    BLANKS('\t', "\\s{2,}"),
    BLANK('\t', "\\s+");

    private static final int MOST_LINES = 50;

    private final char letter;
    private final String blanks;

    Separator(char letter, String blanks) {
        this.letter = letter;
        this.blanks = blanks;
    }

    /**
     * That which cuts most lines into as many cells as the first one, and that into most.
     *
     * @param lines the line of names and those below it
     */
    static Separator of(List<String> lines) {
        Separator best = COMMA;
        int mostFitting = -1;
        int mostCells = 1;
        for (Separator separator : values()) {
            int cells = separator.cells(lines.getFirst());
            if (cells < 2) {
                continue;
            }
            int fitting = 0;
            for (String line : lines.subList(1, Math.min(lines.size(), MOST_LINES))) {
                fitting += separator.fits(line, cells) ? 1 : 0;
            }
            // Blanks stand in names as well, so they are taken only where nothing else fits.
            boolean isWider = fitting == mostFitting && cells > mostCells;
            if (fitting > mostFitting
                    || (isWider && best.blanks.isEmpty() == separator.blanks.isEmpty())) {
                best = separator;
                mostFitting = fitting;
                mostCells = cells;
            }
        }
        return best;
    }

    /** Whether a line has as many cells; one separator more at its end says nothing. */
    private boolean fits(String line, int cells) {
        int found = cells(line);
        boolean isEnded = line.stripTrailing().endsWith(String.valueOf(letter));
        return found == cells || (isEnded && found == cells + 1);
    }

    int cells(String line) {
        int cells = 1;
        boolean isQuoted = false;
        for (char c : normal(line).toCharArray()) {
            isQuoted ^= c == '"';
            cells += c == letter && !isQuoted ? 1 : 0;
        }
        return cells;
    }

    /** A line whose cells one letter separates. */
    String normal(String line) {
        if (blanks.isEmpty()) {
            return line;
        }
        Matcher matcher = Pattern.compile("\"[^\"]*\"|" + blanks).matcher(line.strip());
        return matcher.replaceAll(
                found ->
                        found.group().startsWith("\"")
                                ? Matcher.quoteReplacement(found.group())
                                : "\t");
    }

    char letter() {
        return letter;
    }
}
