package dev.retort.device.blas;

import java.util.Objects;

/**
 * A product C = A · B of dense matrices whose rows lie one behind the other (row-major).
 *
 * @param precision element types and arithmetic
 * @param rows rows of A and C (m)
 * @param columns columns of B and C (n)
 * @param inner columns of A and rows of B (k)
 * @param transposeA whether the memory of A holds its transpose, k rows of m
 * @param transposeB whether the memory of B holds its transpose, n rows of k
 */
public record ProductShape(
        Precision precision,
        long rows,
        long columns,
        long inner,
        boolean transposeA,
        boolean transposeB) {

    /** Checks the extents, and the layout that fp8 demands. */
    public ProductShape {
        Objects.requireNonNull(precision, "precision is null");
        if (rows < 1 || columns < 1 || inner < 1) {
            throw new IllegalArgumentException(
                    "an extent of a product is at least 1, found %d × %d × %d"
                            .formatted(rows, columns, inner));
        }
        if (precision == Precision.FLOAT8_E4M3) {
            if (transposeA || !transposeB) {
                throw new IllegalArgumentException(
                        "a product of fp8 matrices takes A as it is and B transposed");
            }
            if (rows % 16 != 0 || columns % 16 != 0 || inner % 16 != 0) {
                throw new IllegalArgumentException(
                        "the extents of a product of fp8 matrices are multiples of 16, found %d × %d × %d"
                                .formatted(rows, columns, inner));
            }
        }
    }

    /**
     * The size of A.
     *
     * @return bytes
     */
    public long bytesOfA() {
        return Math.multiplyExact(Math.multiplyExact(rows, inner), precision.inputBytes());
    }

    /**
     * The size of B.
     *
     * @return bytes
     */
    public long bytesOfB() {
        return Math.multiplyExact(Math.multiplyExact(inner, columns), precision.inputBytes());
    }

    /**
     * The size of C.
     *
     * @return bytes
     */
    public long bytesOfC() {
        return Math.multiplyExact(Math.multiplyExact(rows, columns), precision.outputBytes());
    }

    /**
     * The arithmetic of the product: one multiplication and one addition for each inner element.
     *
     * @return 2 · m · n · k
     */
    public double operations() {
        return 2.0 * rows * columns * inner;
    }
}
