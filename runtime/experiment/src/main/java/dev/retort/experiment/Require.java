package dev.retort.experiment;

import java.util.regex.Pattern;

/** Checks of what users write, each with one sentence that says what was expected and found. */
final class Require {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private Require() {}

    /** A name that may stand in a file name, a URL and a report. */
    static void name(String value, String what) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what
                            + " is \""
                            + value
                            + "\": expected 1 to 100 letters, digits, dots, underscores and"
                            + " hyphens, a letter or digit first");
        }
    }

    static void text(String value, String what) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(what + " is blank: expected a sentence or a name");
        }
    }

    static void positive(double value, String what) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    what + " is " + value + ": expected a finite number above 0");
        }
    }
}
