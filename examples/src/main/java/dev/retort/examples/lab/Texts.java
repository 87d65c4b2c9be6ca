package dev.retort.examples.lab;

import java.time.Duration;
import java.util.Locale;

/** Values as people read them. */
final class Texts {
    private Texts() {}

    /** A number with five digits that count. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.5g", value);
    }

    /** The value of a parameter. */
    static String value(Object value) {
        return value instanceof Double number ? number(number) : value.toString();
    }

    /** About how long something is, from 0. */
    static String length(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    /** A constant in words. */
    static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
