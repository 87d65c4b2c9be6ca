package dev.retort.torch.conformance;

import ai.djl.ndarray.types.DataType;

import java.util.SplittableRandom;

/** What numbers an operand holds. */
enum Domain {
    /** Floats of about unit size with a few whole ones; small integers. */
    PLAIN,
    /** As {@link #PLAIN}, and NaN, infinities, both zeros, the smallest and very large numbers. */
    SPECIAL,
    /** From 0.25 on. */
    POSITIVE,
    /** Strictly between -1 and 1. */
    UNIT;

    private static final double[] FLOATS = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -2.5,
        1e-40,
        3e4,
        -3e4,
        1e30
    };

    double draw(SplittableRandom random, DataType type) {
        if (!type.isFloating()) {
            return integer(random, type);
        }
        return switch (this) {
            case PLAIN ->
                    random.nextInt(8) == 0 ? random.nextInt(-3, 4) : random.nextGaussian() * 1.5;
            case SPECIAL ->
                    random.nextBoolean()
                            ? FLOATS[random.nextInt(FLOATS.length)]
                            : random.nextGaussian() * 10;
            case POSITIVE -> 0.25 + random.nextDouble() * 3;
            case UNIT -> random.nextDouble(-0.99, 0.99);
        };
    }

    private double integer(SplittableRandom random, DataType type) {
        if (this == SPECIAL && random.nextInt(4) == 0) {
            return switch (type) {
                case INT8 -> random.nextBoolean() ? Byte.MIN_VALUE : Byte.MAX_VALUE;
                case UINT8 -> 255;
                case INT32 -> random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE;
                case INT64 -> random.nextBoolean() ? Long.MIN_VALUE : 1L << 52;
                default -> 1;
            };
        }
        boolean unsigned = type == DataType.UINT8 || this == POSITIVE;
        return unsigned ? random.nextInt(1, 8) : random.nextInt(-5, 6);
    }
}
