package dev.retort.device;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

/** What tests expect of a reading. */
public final class Readings {
    private Readings() {}

    public static double value(Reading reading) {
        return assertInstanceOf(Reading.Measured.class, reading).value();
    }

    public static String source(Reading reading) {
        return assertInstanceOf(Reading.Measured.class, reading).source();
    }

    public static String reason(Reading reading) {
        return assertInstanceOf(Reading.Absent.class, reading).reason();
    }
}
