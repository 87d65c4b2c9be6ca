package dev.retort.distill.loss;

/** Checks of settings, each with what was expected and what was found. */
final class Checks {
    private Checks() {}

    static double temperature(double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("expected a temperature above 0, found " + value);
        }
        return value;
    }

    static double notNegative(String name, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    "expected %s of at least 0, found %s".formatted(name, value));
        }
        return value;
    }

    static double above0(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    "expected %s above 0, found %s".formatted(name, value));
        }
        return value;
    }

    static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "expected %s that is finite, found %s".formatted(name, value));
        }
        return value;
    }

    static double insideUnit(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "expected %s above 0 and below 1, found %s".formatted(name, value));
        }
        return value;
    }

    static void samples(int least, long found) {
        if (found < least) {
            throw new IllegalArgumentException(
                    "expected a batch of at least %d %s, found %d"
                            .formatted(least, least == 1 ? "sample" : "samples", found));
        }
    }
}
