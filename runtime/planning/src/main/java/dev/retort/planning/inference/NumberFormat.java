package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;

/**
 * How numbers are kept: weights or a cache.
 *
 * @param bits bits of an element, above 0
 * @param group how many elements share a scale; 0 for none
 * @param scaleBits bits of a scale with its zero point, not negative
 */
public record NumberFormat(double bits, int group, int scaleBits) {
    /** 32-bit floating point. */
    public static final NumberFormat FP32 = new NumberFormat(32, 0, 0);

    /** 16-bit floating point, either kind. */
    public static final NumberFormat BF16 = new NumberFormat(16, 0, 0);

    /** 8-bit floating point with scales of whole tensors. */
    public static final NumberFormat FP8 = new NumberFormat(8, 0, 0);

    /** 8-bit whole numbers with a 16-bit scale for 64 elements. */
    public static final NumberFormat INT8 = new NumberFormat(8, 64, 16);

    /** 4-bit whole numbers with a 16-bit scale and a 16-bit zero point for 64 elements. */
    public static final NumberFormat INT4 = new NumberFormat(4, 64, 32);

    /** Checks the numbers. */
    public NumberFormat {
        if (!(bits > 0 && bits <= 64) || group < 0 || scaleBits < 0) {
            throw new PlanningException(
                    "expected bits from 1 to 64, a group and scale bits of at least 0, found %s, %d and %d"
                            .formatted(bits, group, scaleBits));
        }
    }

    /**
     * The bytes of an element with its share of the scale.
     *
     * @return the bytes
     */
    public double bytes() {
        return (bits + (group == 0 ? 0 : (double) scaleBits / group)) / 8;
    }
}
