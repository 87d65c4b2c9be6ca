package dev.retort.planning.optimum;

import dev.retort.planning.PlanningException;

/** Checks of single numbers. */
final class Checks {
    private Checks() {}

    static double notNegative(String what, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new PlanningException(
                    "expected a finite %s that is not negative, found %s".formatted(what, value));
        }
        return value;
    }

    static double share(String what, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new PlanningException(
                    "expected %s above 0 and at most 1, found %s".formatted(what, value));
        }
        return value;
    }
}
