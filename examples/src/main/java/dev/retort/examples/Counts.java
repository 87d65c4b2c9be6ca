package dev.retort.examples;

/** Checks numbers that a user gave. */
public final class Counts {
    private Counts() {}

    /**
     * The value.
     *
     * @param option the option that it is of
     * @param value what the user gave
     * @return the value
     * @throws IllegalArgumentException if it is below 1
     */
    public static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "expected %s of at least 1, found %d".formatted(option, value));
        }
        return value;
    }
}
