package dev.retort.device.kernels.reference;

import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.Matrix;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/**
 * A matrix in host memory.
 *
 * @param memory its elements, row after row
 * @param type their type
 * @param rows how many rows
 * @param columns elements of a row
 */
public record HostMatrix(MemorySegment memory, ElementType type, int rows, int columns) {
    /** A matrix of zeros. */
    public static HostMatrix zeros(ElementType type, int rows, int columns) {
        byte[] bytes = new byte[Math.toIntExact((long) rows * columns * type.bytes())];
        return new HostMatrix(MemorySegment.ofArray(bytes), type, rows, columns);
    }

    /** Normally distributed, rounded to the type. */
    public static HostMatrix normal(
            RandomGenerator random, ElementType type, int rows, int columns, double deviation) {
        HostMatrix matrix = zeros(type, rows, columns);
        for (long i = 0; i < matrix.elements(); i++) {
            type.set(matrix.memory, i, (float) (deviation * random.nextGaussian()));
        }
        return matrix;
    }

    /** {@return rows times columns} */
    public long elements() {
        return (long) rows * columns;
    }

    /** {@return an element} */
    public float get(int row, int column) {
        return type.get(memory, (long) row * columns + column);
    }

    /** Sets an element. */
    public void set(int row, int column, float value) {
        type.set(memory, (long) row * columns + column, value);
    }

    /** {@return a row} */
    public double[] row(int row) {
        double[] values = new double[columns];
        for (int c = 0; c < columns; c++) {
            values[c] = get(row, c);
        }
        return values;
    }

    /** {@return device memory with the elements, owned by the caller} */
    public DeviceBuffer upload(DeviceContext context) {
        DeviceBuffer buffer = context.allocate(memory.byteSize());
        buffer.copyFrom(memory);
        return buffer;
    }

    /** {@return the device memory as a matrix like this one} */
    public Matrix on(DeviceMemory device) {
        return new Matrix(device, type, rows, columns);
    }

    /** {@return what the device memory holds, as a matrix like this one} */
    public HostMatrix download(DeviceMemory device) {
        HostMatrix matrix = zeros(type, rows, columns);
        device.slice(0, matrix.memory.byteSize()).copyTo(matrix.memory);
        return matrix;
    }
}
