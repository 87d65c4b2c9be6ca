package dev.retort.device;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

/** What tests expect of a reading. */
final class Readings {
    private Readings() {}

    static double value(Reading reading) {
        return assertInstanceOf(Reading.Measured.class, reading).value();
    }

    static String source(Reading reading) {
        return assertInstanceOf(Reading.Measured.class, reading).source();
    }

    static String reason(Reading reading) {
        return assertInstanceOf(Reading.Absent.class, reading).reason();
    }
}
