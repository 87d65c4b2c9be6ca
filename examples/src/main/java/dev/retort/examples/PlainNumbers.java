package dev.retort.examples;

import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers of options, and says in words what one has to be. */
final class PlainNumbers {
    private PlainNumbers() {}

    /**
     * Has a command and those below it read all their numbers so that have no reader of their own.
     */
    static void readBy(CommandLine command) {
        command.registerConverter(int.class, PlainNumbers::small)
                .registerConverter(Integer.class, PlainNumbers::small)
                .registerConverter(long.class, PlainNumbers::whole)
                .registerConverter(Long.class, PlainNumbers::whole)
                .registerConverter(double.class, PlainNumbers::number)
                .registerConverter(Double.class, PlainNumbers::number);
    }

    private static Integer small(String text) {
        long value = whole(text);
        if (value != (int) value) {
            throw new TypeConversionException(
                    "expected a whole number from %d to %d, found %s"
                            .formatted(Integer.MIN_VALUE, Integer.MAX_VALUE, text));
        }
        return (int) value;
    }

    private static Long whole(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            throw new TypeConversionException(
                    "expected a whole number%s, found %s"
                            .formatted(
                                    text.matches("[-+]?\\d+") ? " of at most 63 bits" : "", text));
        }
    }

    private static Double number(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException _) {
            throw new TypeConversionException("expected a number, found " + text);
        }
    }
}
