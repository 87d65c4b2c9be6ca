package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;

import java.math.BigDecimal;

/**
 * Refuses what a unit was left off: below these floors no model is trained or served, and a number
 * such as 3.35 was meant in terabytes a second.
 */
final class ServedUnits {
    private static final double FEWEST_PARAMETERS = 1e6;

    /** Of a training: small models are trained to tell a law, though not served. */
    private static final double FEWEST_TRAINED = 1e3;

    private static final double LEAST_RATE = 1e9;
    private static final double LEAST_MEMORY = 1e6;

    /** From here a number reads as in the next smaller unit, such as GB/s instead of TB/s. */
    private static final double LARGE = 100;

    /** Above this nothing tells which unit was meant. */
    private static final double UNCLEAR = 1e5;

    private ServedUnits() {}

    static void checkParameters(String option, double found) {
        check(option, found, FEWEST_PARAMETERS, "in parameters", found < 1e4 ? "B" : "");
    }

    /** Parameters or tokens of a training. */
    static void checkTrained(String option, double found, String measure) {
        check(option, found, FEWEST_TRAINED, measure, "B");
    }

    static void checkPeak(double found) {
        check("--peak", found, LEAST_RATE, "in FLOP/s", found < UNCLEAR ? "T" : "");
    }

    static void checkBandwidth(double found) {
        String unit = found < LARGE ? "T" : "G";
        check("--bandwidth", found, LEAST_RATE, "in bytes a second", found < UNCLEAR ? unit : "");
    }

    static void checkMemory(double found) {
        check("--memory", found, LEAST_MEMORY, "in bytes", found < UNCLEAR ? "G" : "");
    }

    private static void check(
            String option, double found, double least, String measure, String unit) {
        // What is not positive is refused where it is used.
        if (found > 0 && found < least) {
            String plain =
                    new BigDecimal(Double.toString(found)).stripTrailingZeros().toPlainString();
            String meant = unit.isEmpty() ? "" : ": did you mean " + plain + unit + "?";
            throw new PlanningException(
                    "expected %s of at least %s, found %s, %s%s"
                            .formatted(option, Output.number(least), plain, measure, meant));
        }
    }
}
