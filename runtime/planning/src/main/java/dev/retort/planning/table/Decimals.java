package dev.retort.planning.table;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a comma in a number of a file is. */
enum Decimals {
    /** It stands between thousands. */
    POINT,
    /** It stands before the decimals, and points stand between thousands. */
    COMMA,
    /** The file has numbers that could be read either way, and none that tells which. */
    UNKNOWN;

    private static final Pattern START = Pattern.compile("[-+~≈]?[.,]?\\d.*");
    private static final Pattern GROUPS = Pattern.compile("[1-9]\\d{0,2}(?:[.,]\\d{3})+");
    private static final Pattern NUMBER = Pattern.compile("[.,\\d]*\\d");
    private static final Pattern AMBIGUOUS_POINT = Pattern.compile("[1-9]\\d{0,2}\\.\\d{3}");

    /**
     * What the cells below the names say of commas: those of columns of numbers, since a comma in a
     * text says nothing. Where commas separate cells, they end no units.
     */
    static Decimals of(List<List<String>> rows) {
        Votes votes = new Votes();
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < columns; i++) {
            int column = i;
            List<String> cells =
                    rows.stream()
                            .filter(row -> row.size() > column)
                            .map(row -> row.get(column))
                            .filter(cell -> !Quantity.isMissing(cell))
                            .toList();
            if (cells.stream().allMatch(Decimals::isNumber)) {
                cells.forEach(cell -> votes.add(number(cell)));
            }
        }
        return votes.result();
    }

    private static boolean isNumber(String cell) {
        return Quantity.isNumber(cell, POINT) || Quantity.isNumber(cell, COMMA);
    }

    /** What numbers have spoken for. */
    private static final class Votes {
        private boolean comma;
        private boolean point;
        private boolean either;

        void add(String number) {
            boolean hasComma = number.indexOf(',') >= 0;
            boolean hasPoint = number.indexOf('.') >= 0;
            boolean grouped = GROUPS.matcher(number).matches();
            if (hasComma && hasPoint) {
                comma |= number.lastIndexOf(',') > number.lastIndexOf('.');
                point |= number.lastIndexOf(',') < number.lastIndexOf('.');
            } else if (hasComma) {
                boolean several = number.indexOf(',') != number.lastIndexOf(',');
                comma |= !grouped;
                point |= grouped && several;
                either |= grouped && !several;
            } else if (hasPoint) {
                boolean several = number.indexOf('.') != number.lastIndexOf('.');
                comma |= grouped && several;
                point |= !grouped;
            }
        }

        Decimals result() {
            if (comma) {
                return point ? UNKNOWN : COMMA;
            }
            return either && !point ? UNKNOWN : POINT;
        }
    }

    private static String number(String cell) {
        if (!START.matcher(cell).matches()) {
            return "";
        }
        var matcher = NUMBER.matcher(cell);
        return matcher.find() ? matcher.group() : "";
    }

    /** A number with a decimal point and without what stands between thousands; none if unclear. */
    Optional<String> plain(String text) {
        String number = number(text.strip());
        boolean hasComma = number.indexOf(',') >= 0;
        return switch (this) {
            case POINT -> Optional.of(text);
            case UNKNOWN -> hasComma ? Optional.empty() : Optional.of(text);
            case COMMA -> {
                if (hasComma) {
                    yield Optional.of(swapped(text));
                }
                yield AMBIGUOUS_POINT.matcher(number).matches()
                        ? Optional.empty()
                        : Optional.of(GROUPS.matcher(number).matches() ? swapped(text) : text);
            }
        };
    }

    private static String swapped(String text) {
        return text.replace('.', '\0').replace(',', '.').replace('\0', ',');
    }
}
