package dev.retort.torch.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The type, shape and bits of an array.
 *
 * @param type the data type's name
 * @param shape the shape as DJL prints it
 * @param bits the elements in row-major order, native byte order, hexadecimal
 */
record TensorValue(DataType type, String shape, String bits) implements Outcome.Value {

    static TensorValue of(NDArray array) {
        if (array.getDataType() == DataType.STRING) {
            String text = String.join("|", array.toStringArray());
            return new TensorValue(DataType.STRING, array.getShape().toString(), hex(text));
        }
        ByteBuffer buffer = array.toByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return new TensorValue(
                array.getDataType(), array.getShape().toString(), HexFormat.of().formatHex(bytes));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Whether elements are numbers to which a tolerance can be applied. */
    boolean isFloating() {
        return type.isFloating();
    }

    /** The elements as doubles; a complex number is two of them. */
    double[] elements() {
        ByteBuffer bytes =
                ByteBuffer.wrap(HexFormat.of().parseHex(bits)).order(ByteOrder.nativeOrder());
        int width = type == DataType.COMPLEX64 ? 4 : type.getNumOfBytes();
        double[] elements = new double[bytes.remaining() / width];
        for (int i = 0; i < elements.length; i++) {
            elements[i] =
                    switch (type) {
                        case FLOAT32, COMPLEX64 -> bytes.getFloat();
                        case FLOAT64 -> bytes.getDouble();
                        case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
                        case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << 16);
                        default ->
                                throw new IllegalStateException(type + " has no floating elements");
                    };
        }
        return elements;
    }
}
