package dev.retort.device.kernels.reference;

import dev.retort.device.kernels.ElementType;

/**
 * How far results are from a reference: ‖found − expected‖ / ‖expected‖, over all that is added.
 */
public final class Difference {
    private double squaredDifference;
    private double squaredExpected;

    /**
     * What float arithmetic and one rounding to the type of the result may differ by. Wrong indices
     * or a missing term differ by orders of magnitude more.
     */
    public static double tolerance(ElementType type) {
        return switch (type) {
            case FLOAT32 -> 1e-5;
            case FLOAT16 -> 1e-3;
            case BFLOAT16 -> 6e-3;
        };
    }

    /** {@return the relative difference of a row from what is expected} */
    public static double of(HostMatrix row, double[] expected) {
        Difference difference = new Difference();
        for (int c = 0; c < expected.length; c++) {
            difference.add(row.get(0, c), expected[c]);
        }
        return difference.relative();
    }

    /** Adds a value. Equal infinities do not differ. */
    public void add(double found, double expected) {
        if (Double.isInfinite(expected) && found == expected) {
            return;
        }
        squaredDifference += (found - expected) * (found - expected);
        squaredExpected += expected * expected;
    }

    /** {@return the relative difference, NaN when one of the values was NaN} */
    public double relative() {
        return squaredDifference == 0 ? 0 : Math.sqrt(squaredDifference / squaredExpected);
    }
}
