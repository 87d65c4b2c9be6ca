package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** What the tests of promises do to the samples of a batch, and how they look at a refusal. */
public final class Rows {
    private Rows() {}

    /** Changes each number. */
    public static double[] each(double[] values, DoubleUnaryOperator change) {
        return Arrays.stream(values).map(change).toArray();
    }

    /** The same samples, the last one first. */
    public static double[] reversed(double[] rows, int width) {
        double[] turned = new double[rows.length];
        for (int i = 0; i < rows.length; i += width) {
            System.arraycopy(rows, i, turned, rows.length - width - i, width);
        }
        return turned;
    }

    /** Checks that a call is refused with a message. */
    public static void assertRefused(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
