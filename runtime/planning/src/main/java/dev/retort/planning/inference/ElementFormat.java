package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;

/**
 * How numbers are kept: weights or a cache.
 *
 * @param bits bits of an element, above 0
 * @param group how many elements share a scale; 0 for none
 * @param scaleBits bits of a scale with its zero point, not negative
 */
public record ElementFormat(double bits, int group, int scaleBits) {
    /** 32-bit floating point. */
    public static final ElementFormat FP32 = new ElementFormat(32, 0, 0);

    /** 16-bit floating point, either kind. */
    public static final ElementFormat BF16 = new ElementFormat(16, 0, 0);

    /** 8-bit floating point with scales of whole tensors. */
    public static final ElementFormat FP8 = new ElementFormat(8, 0, 0);

    /** 8-bit whole numbers with a 16-bit scale for 64 elements. */
    public static final ElementFormat INT8 = new ElementFormat(8, 64, 16);

    /** 4-bit whole numbers with a 16-bit scale and a 16-bit zero point for 64 elements. */
    public static final ElementFormat INT4 = new ElementFormat(4, 64, 32);

    /** Checks the numbers. */
    public ElementFormat {
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
