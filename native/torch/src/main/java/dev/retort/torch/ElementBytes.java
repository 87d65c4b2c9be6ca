package dev.retort.torch;

import ai.djl.ndarray.types.DataType;

/** The bytes of an element. Touches no libtorch, so that it serves DJL's own engine too. */
final class ElementBytes {
    private ElementBytes() {}

    /** DJL says 4 of complex numbers, which have two floats. */
    static int of(DataType type) {
        return type == DataType.COMPLEX64 ? 2 * Float.BYTES : type.getNumOfBytes();
    }
}
