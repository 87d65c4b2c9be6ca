package dev.retort.planning.table;

import dev.retort.planning.PlanningException;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers as people write them: {@code 1.4e9}, {@code 70M}, {@code 300 billion}, {@code
 * 1,400,000,000}, {@code 1.4×10^9}, {@code ~70B}, {@code 300B tokens}, {@code 2.10 ± 0.02}.
 */
public final class Quantity {
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private static final Pattern FORM =
            Pattern.compile(
                    "[~≈]?\\s*(?<sign>[-+]?)(?:"
                            + "10(?:\\^|\\*\\*)(?<power>[-+]?\\d+)"
                            + "|(?<number>"
                            + "[1-9]\\d{0,2}(?<between>[,_ '])\\d{3}(?:\\k<between>\\d{3})*(?:\\.\\d+)?"
                            + "|\\d+\\.?\\d*|\\.\\d+)"
                            + "(?:e(?<exponent>[-+]?\\d+)"
                            + "|\\s*[×x*·]\\s*10(?:\\^|\\*\\*)(?<times>[-+]?\\d+))?"
                            + ")(?:\\s*(?<unit>[a-z][-a-z/ ]*))?"
                            + "(?<uncertainty>\\s*(?:\\(\\d*[.,]?\\d+\\)|(?:±|\\+/?-)\\s*\\d*[.,]?\\d+))?");

    private static final Pattern COUNTED =
            Pattern.compile("(?:tokens?|params?|parameters?|flops?)$");

    private static final Map<String, Double> SHORT = Map.of("", 1.0, "g", 1e9, "p", 1e15);

    private static final Map<String, Double> SPECIAL =
            Map.of(
                    "nan", Double.NaN,
                    "inf", Double.POSITIVE_INFINITY,
                    "+inf", Double.POSITIVE_INFINITY,
                    "infinity", Double.POSITIVE_INFINITY,
                    "-inf", Double.NEGATIVE_INFINITY,
                    "-infinity", Double.NEGATIVE_INFINITY);

    private static final Set<String> MISSING =
            Set.of(
                    "", "na", "n/a", "#n/a", "n.a.", "nan", "null", "none", "nil", "-", "--", "–",
                    "—", "?", ".");

    private Quantity() {}

    /**
     * What a text says.
     *
     * @param value the number
     * @param isScaled whether a unit such as M made it larger
     * @param hasUncertainty whether an uncertainty stood after it, which was dropped
     */
    record Amount(double value, boolean isScaled, boolean hasUncertainty) {}

    /**
     * Reads a number.
     *
     * @param text the text
     * @return the number; may be infinite or not a number where the text says so
     * @throws PlanningException if it is none
     */
    public static double parse(String text) {
        Amount amount = parse(text, Decimals.POINT);
        if (amount.hasUncertainty()) {
            throw new PlanningException(
                    "expected a number without an uncertainty, found '%s'".formatted(text));
        }
        return amount.value();
    }

    /** The number of a cell in a file that writes commas in one way. */
    static Amount parse(String text, Decimals decimals) {
        Optional<String> plain = decimals.plain(text);
        if (plain.isEmpty()) {
            throw new PlanningException(
                    "expected a number without a sign between thousands, found '%s', where it could"
                                    .formatted(text)
                            + " stand before decimals as well");
        }
        return read(plain.get())
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected a number such as 1.4e9 or 1.4B, found '%s'"
                                                .formatted(text)));
    }

    static boolean isNumber(String text, Decimals decimals) {
        // What is unclear is no text.
        return decimals.plain(text).map(plain -> read(plain).isPresent()).orElse(true);
    }

    /** Whether a cell says that there is no value. */
    static boolean isMissing(String text) {
        return MISSING.contains(text.strip().toLowerCase(Locale.ROOT));
    }

    private static Optional<Amount> read(String text) {
        String plain = ascii(text);
        Double special = SPECIAL.get(plain);
        if (special != null) {
            return Optional.of(new Amount(special, false, false));
        }
        Matcher matcher = FORM.matcher(plain);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return scale(matcher.group("unit"))
                .map(
                        scale ->
                                new Amount(
                                        Double.parseDouble(digits(matcher)) * scale,
                                        scale != 1,
                                        matcher.group("uncertainty") != null));
    }

    private static String digits(Matcher matcher) {
        String sign = matcher.group("sign");
        if (matcher.group("power") != null) {
            return sign + "1e" + matcher.group("power");
        }
        String exponent =
                matcher.group("exponent") == null
                        ? matcher.group("times")
                        : matcher.group("exponent");
        String number = matcher.group("number").replaceAll("[,_ ']", "");
        return sign + number + (exponent == null ? "" : "e" + exponent);
    }

    /** How many times one a unit is, and what is counted in it; nothing if it is no such unit. */
    private static Optional<Double> scale(@Nullable String unit) {
        String plain = unit == null ? "" : unit.replaceAll("[-/ ]+", " ").strip();
        Double flops = Scales.FLOPS.get(plain);
        if (flops != null) {
            return Optional.of(flops);
        }
        String scale = COUNTED.matcher(plain).replaceFirst("").strip();
        Double known = SHORT.get(scale);
        return Optional.ofNullable(known == null ? Scales.COUNTS.get(scale) : known);
    }

    /** Lower case, with plain signs, blanks and powers. */
    private static String ascii(String text) {
        String plain =
                text.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[\\u00a0\\u2009\\u202f]", " ")
                        .replace('−', '-')
                        .replace('’', '\'')
                        .replace('⋅', '·');
        Matcher powers = Pattern.compile("10([⁻⁺]?)([" + SUPERSCRIPTS + "]+)").matcher(plain);
        return powers.replaceAll(
                power -> {
                    StringBuilder digits = new StringBuilder("10^");
                    digits.append(power.group(1).equals("⁻") ? "-" : "");
                    power.group(2).chars().forEach(c -> digits.append(SUPERSCRIPTS.indexOf(c)));
                    return digits.toString();
                });
    }
}
