package dev.retort.examples.lab;

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

    /** A constant in words. */
    static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
