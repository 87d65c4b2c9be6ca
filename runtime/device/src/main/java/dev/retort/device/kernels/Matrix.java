package dev.retort.device.kernels;

import dev.retort.device.gpu.DeviceMemory;

/**
 * Device memory as a matrix: its rows one behind the other, without gaps. It borrows the memory.
 *
 * @param memory where it lies; its address is a multiple of 16, as that of every allocation is
 * @param type the type of the elements
 * @param rows how many rows, at least 1
 * @param columns elements of a row, at least 1
 */
public record Matrix(DeviceMemory memory, ElementType type, int rows, int columns) {
    /** What the kernels' widest access needs. */
    private static final int ALIGNMENT = 16;

    /** Checks that the memory is aligned and large enough. */
    public Matrix {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a matrix has at least one row and one column, found %d × %d"
                            .formatted(rows, columns));
        }
        long bytes = Math.multiplyExact((long) rows * columns, type.bytes());
        if (memory.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "%d × %d elements of %s need %d bytes, the memory has %d"
                            .formatted(rows, columns, type, bytes, memory.byteSize()));
        }
        checkAligned("a matrix", memory);
    }

    /**
     * Its size.
     *
     * @return bytes
     */
    public long bytes() {
        return (long) rows * columns * type.bytes();
    }

    static void checkAligned(String what, DeviceMemory memory) {
        if (memory.address() % ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "%s begins at a multiple of %d bytes, found address 0x%x"
                            .formatted(what, ALIGNMENT, memory.address()));
        }
    }

    /** Passes if the other one has the same type and shape. */
    void checkLike(String own, String name, Matrix other) {
        if (type != other.type || rows != other.rows || columns != other.columns) {
            throw new IllegalArgumentException(
                    "%s and %s have one type and shape, found %s and %s"
                            .formatted(own, name, describe(), other.describe()));
        }
    }

    private String describe() {
        return "%s %d × %d".formatted(type, rows, columns);
    }

    /** Passes if there is room for so many values of 4 bytes. */
    static void checkRoom(String name, DeviceMemory memory, long values) {
        long bytes = Math.multiplyExact(values, Integer.BYTES);
        if (memory.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "for %s %d bytes are needed, found %d"
                            .formatted(name, bytes, memory.byteSize()));
        }
    }
}
