package dev.retort.torch.conformance;

import ai.djl.ndarray.types.Shape;

/** The ways an operand can lie in memory and the shapes that go wrong. */
enum Layout {
    MATRIX(3, 4),
    /** A view with swapped strides. */
    TRANSPOSED(3, 4),
    /** Rows of a larger matrix: contiguous, with an offset. */
    ROWS(3, 4),
    /** Every second column of a larger matrix. */
    STRIDED(3, 4),
    /** One column seen four times, stride 0. */
    BROADCAST(3, 4),
    VECTOR(5),
    CUBE(2, 3, 4),
    /** Long enough for the vectorised loops and their tails. */
    LONG(1031),
    SCALAR(),
    ONE(1, 1),
    EMPTY(0),
    EMPTY_ROWS(0, 4),
    EMPTY_COLUMNS(3, 0);

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final long[] sizes;

    Layout(long... sizes) {
        this.sizes = sizes;
    }

    /** The shape of the operand as the operation sees it. */
    Shape shape() {
        return new Shape(sizes);
    }
}
