package dev.retort.torch.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Makes the operands of one case: the same numbers on every engine, because they are drawn in Java
 * from the case's own seed. All arrays belong to the case's manager.
 */
final class Operands {
    private final NDManager manager;
    private final SplittableRandom random;

    Operands(NDManager manager, long seed) {
        this.manager = manager;
        this.random = new SplittableRandom(seed);
    }

    NDManager manager() {
        return manager;
    }

    SplittableRandom random() {
        return random;
    }

    /** Floats of about unit size. */
    NDArray floats(long... shape) {
        return array(DataType.FLOAT32, Domain.PLAIN, new Shape(shape));
    }

    /** Doubles of about unit size. */
    NDArray doubles(long... shape) {
        return array(DataType.FLOAT64, Domain.PLAIN, new Shape(shape));
    }

    /** Positive floats, none near zero. */
    NDArray positive(long... shape) {
        return array(DataType.FLOAT32, Domain.POSITIVE, new Shape(shape));
    }

    /** 64-bit integers in {@code [0, bound)}. */
    NDArray indices(int bound, long... shape) {
        long[] values = new long[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(bound);
        }
        return manager.create(values, new Shape(shape));
    }

    NDArray booleans(long... shape) {
        return array(DataType.BOOLEAN, Domain.PLAIN, new Shape(shape));
    }

    /** Different values in random order, so that sorting and extremes have one answer. */
    NDArray distinct(DataType type, long... shape) {
        int size = (int) new Shape(shape).size();
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            values[i] = values[j];
            values[j] = i - size / 2;
        }
        return create(values, type, new Shape(shape));
    }

    NDArray array(DataType type, Domain domain, Shape shape) {
        double[] values = new double[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = domain.draw(random, type);
        }
        return create(values, type, shape);
    }

    /** An operand of the layout's shape, laid out as it says. */
    NDArray array(DataType type, Domain domain, Layout layout) {
        return switch (layout) {
            case TRANSPOSED -> array(type, domain, new Shape(4, 3)).transpose();
            case ROWS -> array(type, domain, new Shape(6, 4)).get("2:5");
            case STRIDED -> array(type, domain, new Shape(3, 8)).get(":, 1:8:2");
            case BROADCAST -> array(type, domain, new Shape(3, 1)).broadcast(new Shape(3, 4));
            default -> array(type, domain, layout.shape());
        };
    }

    private NDArray create(double[] values, DataType type, Shape shape) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * type.getNumOfBytes())
                        .order(ByteOrder.nativeOrder());
        for (double value : values) {
            switch (type) {
                case FLOAT32 -> bytes.putFloat((float) value);
                case FLOAT64 -> bytes.putDouble(value);
                case FLOAT16 -> bytes.putShort(Float.floatToFloat16((float) value));
                case BFLOAT16 ->
                        bytes.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
                case INT8, UINT8 -> bytes.put((byte) (long) value);
                case INT32 -> bytes.putInt((int) (long) value);
                case INT64 -> bytes.putLong((long) value);
                case BOOLEAN -> bytes.put((byte) (value > 0 ? 1 : 0));
                default -> throw new IllegalArgumentException("no operand of type " + type);
            }
        }
        return manager.create(bytes.flip(), shape, type);
    }
}
