package dev.retort.device.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The types of elements that the kernels read and write. All of them compute in float. */
public enum ElementType {
    /** IEEE 754 binary32. */
    FLOAT32("f32", Float.BYTES),
    /** IEEE 754 binary16. */
    FLOAT16("f16", Short.BYTES),
    /** The upper half of a binary32. */
    BFLOAT16("bf16", Short.BYTES);

    private final String suffix;
    private final int bytes;

    ElementType(String suffix, int bytes) {
        this.suffix = suffix;
        this.bytes = bytes;
    }

    /**
     * The size of an element.
     *
     * @return bytes
     */
    public int bytes() {
        return bytes;
    }

    /** What the names of the kernels for this type end with. */
    String suffix() {
        return suffix;
    }

    /**
     * Reads an element in host memory.
     *
     * @param memory host memory
     * @param index which element, from 0
     * @return its value, exactly
     */
    public float get(MemorySegment memory, long index) {
        return switch (this) {
            case FLOAT32 -> memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * bytes);
            case FLOAT16 ->
                    Float.float16ToFloat(
                            memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * bytes));
            case BFLOAT16 ->
                    Float.intBitsToFloat(
                            memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * bytes) << 16);
        };
    }

    /**
     * Writes an element in host memory.
     *
     * @param memory host memory
     * @param index which element, from 0
     * @param value what is rounded to the type, to the nearest, ties to even
     */
    public void set(MemorySegment memory, long index, float value) {
        switch (this) {
            case FLOAT32 -> memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * bytes, value);
            case FLOAT16 ->
                    memory.set(
                            ValueLayout.JAVA_SHORT_UNALIGNED,
                            index * bytes,
                            Float.floatToFloat16(value));
            case BFLOAT16 ->
                    memory.set(
                            ValueLayout.JAVA_SHORT_UNALIGNED,
                            index * bytes,
                            (short) (bfloatBits(value) >>> 16));
        }
    }

    private static int bfloatBits(float value) {
        int bits = Float.floatToRawIntBits(value);
        // The carry of the rounding would turn some NaN into a zero.
        return Float.isNaN(value) ? 0x7fc0_0000 : bits + 0x7fff + (bits >>> 16 & 1);
    }
}
