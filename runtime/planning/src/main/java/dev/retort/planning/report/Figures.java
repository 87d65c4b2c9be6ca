package dev.retort.planning.report;

import java.util.Locale;

/** Numbers as all texts of plans write them: 0.366, 7310, 46080, 9.045e9. */
public final class Figures {
    private static final int DIGITS = 4;
    private static final double LEAST_PLAIN = 1e-3;
    private static final double MOST_PLAIN = 1e5;

    private Figures() {}

    /**
     * A number to four digits.
     *
     * @param value the number
     * @return from a thousandth to a hundred thousand without a power of ten, its whole digits all
     *     there; {@code inf} or {@code -} where it is none
     */
    public static String number(double value) {
        return number(value, DIGITS);
    }

    /**
     * A number to some digits.
     *
     * @param value the number
     * @param digits how many, at least 1
     * @return as {@link #number(double)} writes it
     */
    public static String number(double value, int digits) {
        if (!Double.isFinite(value)) {
            return value > 0 ? "inf" : value < 0 ? "-inf" : "-";
        }
        double size = Math.abs(value);
        if (value == 0 || (size >= LEAST_PLAIN && size < MOST_PLAIN)) {
            // %g turns to powers of ten where the whole digits are more than those asked for.
            boolean isWhole = size >= Math.pow(10, digits) - 0.5;
            String form = isWhole ? "%.0f" : "%." + digits + "g";
            return String.format(Locale.ROOT, form, value);
        }
        return String.format(Locale.ROOT, "%." + (digits - 1) + "e", value)
                .replace("e+0", "e")
                .replace("e+", "e")
                .replace("e-0", "e-");
    }
}
