package dev.retort.device.blas;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers in the element types of a product, for tests. */
final class Elements {
    private Elements() {}

    /** Small integers as inputs. */
    static MemorySegment encode(Precision precision, int[] values) {
        ByteBuffer out =
                ByteBuffer.allocate(values.length * precision.inputBytes())
                        .order(ByteOrder.nativeOrder());
        for (int value : values) {
            switch (precision) {
                case FLOAT32, TENSOR_FLOAT32 -> out.putFloat(value);
                case FLOAT16 -> out.putShort(Float.floatToFloat16(value));
                case BFLOAT16 -> out.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                case FLOAT8_E4M3 -> out.put(e4m3(value));
            }
        }
        return MemorySegment.ofArray(out.array());
    }

    /** An output. */
    static double decode(Precision precision, byte[] content, int index) {
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
        return switch (precision) {
            case FLOAT32, TENSOR_FLOAT32 -> in.getFloat(index * Float.BYTES);
            case FLOAT16 -> Float.float16ToFloat(in.getShort(index * Short.BYTES));
            case BFLOAT16, FLOAT8_E4M3 ->
                    Float.intBitsToFloat(in.getShort(index * Short.BYTES) << 16);
        };
    }

    /** E4M3: sign, four bits of exponent with bias 7, three bits of fraction. */
    private static byte e4m3(int value) {
        if (value == 0) {
            return 0;
        }
        int magnitude = Math.abs(value);
        int exponent = 31 - Integer.numberOfLeadingZeros(magnitude);
        int fraction = (magnitude << 3 >> exponent) & 7;
        return (byte) ((value < 0 ? 0x80 : 0) | (exponent + 7) << 3 | fraction);
    }
}
