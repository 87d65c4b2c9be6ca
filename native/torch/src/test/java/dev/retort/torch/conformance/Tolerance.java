package dev.retort.torch.conformance;

import ai.djl.ndarray.types.DataType;

/** How equal the floating-point results of two engines must be. */
enum Tolerance {
    /** The same bits, except that every NaN equals every other. */
    EXACT(0, 0),
    /** One rounded function per element: other polynomials or other vector units. */
    ROUNDED(8, 1),
    /** Sums over few elements, in an order that the library chooses. */
    ACCUMULATED(64, 16),
    /** Iterated or composed: recurrent networks, inverses, convolutions. */
    COMPOSED(1024, 64);

    private final double ulps;
    private final double halfUlps;

    Tolerance(double ulps, double halfUlps) {
        this.ulps = ulps;
        this.halfUlps = halfUlps;
    }

    /**
     * Says whether two elements of a result are equal enough.
     *
     * @param scale the largest finite magnitude of the expected tensor: rounding errors of sums are
     *     relative to it, not to the element
     */
    boolean equal(double expected, double actual, double scale, DataType type) {
        if (Double.isNaN(expected) || Double.isNaN(actual)) {
            return Double.isNaN(expected) && Double.isNaN(actual);
        }
        if (this == EXACT) {
            return Double.doubleToRawLongBits(expected) == Double.doubleToRawLongBits(actual);
        }
        if (Double.isInfinite(expected) || Double.isInfinite(actual)) {
            return expected == actual;
        }
        double reference = this == ROUNDED ? Math.abs(expected) : scale;
        return Math.abs(expected - actual) <= Math.max(reference * relative(type), tiny(type));
    }

    private double relative(DataType type) {
        return switch (type) {
            case FLOAT64 -> ulps * 0x1p-52;
            case FLOAT16 -> halfUlps * 0x1p-10;
            case BFLOAT16 -> halfUlps * 0x1p-7;
            default -> ulps * 0x1p-23;
        };
    }

    /** Results this near to zero may be flushed or cancelled away. */
    private static double tiny(DataType type) {
        return switch (type) {
            case FLOAT64 -> 1e-15;
            case FLOAT16 -> 1e-4;
            case BFLOAT16 -> 1e-3;
            default -> 1e-7;
        };
    }
}
