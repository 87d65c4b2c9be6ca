package dev.retort.experiment.search;

/** The value of one parameter. */
public sealed interface Setting {
    /**
     * A real number.
     *
     * @param value the number
     */
    record Real(double value) implements Setting {}

    /**
     * An integer.
     *
     * @param value the integer
     */
    record Whole(long value) implements Setting {}

    /**
     * One of several choices.
     *
     * @param value a string, a boolean, a {@code Long} or a {@code Double}
     */
    record Choice(Object value) implements Setting {}
}
