package dev.retort.torch.safetensors;

import ai.djl.ndarray.types.DataType;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * The element types of the safetensors format, in its order: a file holds the tensors of the last
 * of these types first, so that each begins at a multiple of its element's size.
 */
public enum ElementType {
    /** A boolean, one byte of 0 or 1. */
    BOOL(8, DataType.BOOLEAN),
    /** A 4-bit float (OCP microscaling, e2m1), two in a byte. */
    F4(4, null),
    /** A 6-bit float with 2 exponent bits, four in three bytes. */
    F6_E2M3(6, null),
    /** A 6-bit float with 3 exponent bits, four in three bytes. */
    F6_E3M2(6, null),
    /** An unsigned byte. */
    U8(8, DataType.UINT8),
    /** A signed byte. */
    I8(8, DataType.INT8),
    /** An 8-bit float with 5 exponent bits. */
    F8_E5M2(8, null),
    /** An 8-bit float with 4 exponent bits. */
    F8_E4M3(8, null),
    /** An 8-bit power of two (OCP microscaling scale). */
    F8_E8M0(8, null),
    /** A signed 16-bit integer. */
    I16(16, DataType.INT16),
    /** An unsigned 16-bit integer. */
    U16(16, DataType.UINT16),
    /** IEEE half precision. */
    F16(16, DataType.FLOAT16),
    /** The upper half of a single-precision float. */
    BF16(16, DataType.BFLOAT16),
    /** A signed 32-bit integer. */
    I32(32, DataType.INT32),
    /** An unsigned 32-bit integer. */
    U32(32, DataType.UINT32),
    /** IEEE single precision. */
    F32(32, DataType.FLOAT32),
    /** Two single-precision floats: real and imaginary part. */
    C64(64, DataType.COMPLEX64),
    /** IEEE double precision. */
    F64(64, DataType.FLOAT64),
    /** A signed 64-bit integer. */
    I64(64, DataType.INT64),
    /** An unsigned 64-bit integer. */
    U64(64, DataType.UINT64);

    private final int bits;
    private final Optional<DataType> dataType;

    ElementType(int bits, @Nullable DataType dataType) {
        this.bits = bits;
        this.dataType = Optional.ofNullable(dataType);
    }

    /**
     * The size of an element.
     *
     * @return the size in bits, below 8 for packed floats
     */
    public int bits() {
        return bits;
    }

    /**
     * DJL's type of the same bytes.
     *
     * @return the type; empty for the floats of 8 bits and less, which DJL lacks
     */
    public Optional<DataType> dataType() {
        return dataType;
    }

    /**
     * The type that holds elements of a DJL array.
     *
     * @param dataType the type in DJL
     * @return the type in a file
     * @throws IllegalArgumentException if the format has no such type, as for strings
     */
    public static ElementType of(DataType dataType) {
        for (ElementType type : values()) {
            if (type.dataType.filter(dataType::equals).isPresent()) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "expected a numeric or boolean array, as safetensors holds no other, found "
                        + dataType);
    }
}
