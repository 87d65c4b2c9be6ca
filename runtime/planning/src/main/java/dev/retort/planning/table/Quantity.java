package dev.retort.planning.table;

import dev.retort.planning.PlanningException;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write them: {@code 1.4e9}, {@code 70M}, {@code 1.4B}, {@code 300 billion}. */
public final class Quantity {
    private static final Pattern FORM =
            Pattern.compile("([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)\\s*([A-Za-z]*)");

    private static final Map<String, Double> SCALES =
            Map.ofEntries(
                    Map.entry("", 1.0),
                    Map.entry("k", 1e3),
                    Map.entry("m", 1e6),
                    Map.entry("b", 1e9),
                    Map.entry("g", 1e9),
                    Map.entry("t", 1e12),
                    Map.entry("p", 1e15),
                    Map.entry("thousand", 1e3),
                    Map.entry("million", 1e6),
                    Map.entry("millions", 1e6),
                    Map.entry("billion", 1e9),
                    Map.entry("billions", 1e9),
                    Map.entry("trillion", 1e12),
                    Map.entry("trillions", 1e12));

    private static final Map<String, Double> SPECIAL =
            Map.of(
                    "nan", Double.NaN,
                    "inf", Double.POSITIVE_INFINITY,
                    "+inf", Double.POSITIVE_INFINITY,
                    "infinity", Double.POSITIVE_INFINITY,
                    "-inf", Double.NEGATIVE_INFINITY,
                    "-infinity", Double.NEGATIVE_INFINITY);

    private Quantity() {}

    /**
     * Reads a number.
     *
     * @param text the text
     * @return the number; may be infinite or not a number where the text says so
     * @throws PlanningException if it is none
     */
    public static double parse(String text) {
        return read(text)
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected a number such as 1.4e9 or 1.4B, found '%s'"
                                                .formatted(text)));
    }

    static boolean isNumber(String text) {
        return read(text).isPresent();
    }

    /** How many times one a unit of a column's name is. */
    static double scale(String unit) {
        return SCALES.getOrDefault(unit, 1.0);
    }

    private static Optional<Double> read(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT);
        Double special = SPECIAL.get(plain);
        if (special != null) {
            return Optional.of(special);
        }
        Matcher matcher = FORM.matcher(plain);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Double scale = SCALES.get(matcher.group(2));
        return scale == null
                ? Optional.empty()
                : Optional.of(Double.parseDouble(matcher.group(1)) * scale);
    }
}
