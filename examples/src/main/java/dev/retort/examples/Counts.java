package dev.retort.examples;

/** Checks numbers that a user gave. */
final class Counts {
    private Counts() {}

    /**
     * The value.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "expected %s of at least 1, found %d".formatted(option, value));
        }
        return value;
    }
}
