package dev.retort.examples.lab;

import java.util.Locale;

/** Values as people read them. */
final class Texts {
    private Texts() {}

    /** A number with five digits that count. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.5g", value);
    }

    /** A constant in words. */
    static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
