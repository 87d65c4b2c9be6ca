package dev.retort.torch.abi;

/**
 * The type of a result: libtorch's rules of promotion, for the types that have integers in them.
 */
final class Promotion {
    static final int UINT8 = 0;
    static final int INT8 = 1;
    static final int INT16 = 2;
    static final int INT64 = 4;
    static final int BOOL = 11;

    private Promotion() {}

    /** Whether a type is a floating-point or complex one. */
    static boolean isFloating(int dtype) {
        return (dtype >= 5 && dtype <= 10) || dtype == 15 || (dtype >= 23 && dtype <= 26);
    }

    /**
     * The type of the sum of two tensors of integers or truth values: tensors with axes win over
     * 0-dimensional ones unless these are of a higher category (integers above truth values).
     */
    static int of(long self, long other) {
        int first = Tensors.dtype(self);
        int second = Tensors.dtype(other);
        boolean firstScalar = Tensors.dim(self) == 0;
        boolean secondScalar = Tensors.dim(other) == 0;
        if (firstScalar == secondScalar) {
            return wider(first, second);
        }
        int withAxes = firstScalar ? second : first;
        int scalar = firstScalar ? first : second;
        return withAxes == BOOL ? scalar : withAxes;
    }

    private static int wider(int first, int second) {
        if (first == second || second == BOOL) {
            return first;
        }
        if (first == BOOL) {
            return second;
        }
        int low = Math.min(first, second);
        int high = Math.max(first, second);
        // An unsigned and a signed byte need two bytes; otherwise libtorch numbers them by width.
        return low == UINT8 && high == INT8 ? INT16 : Math.min(high, INT64);
    }
}
