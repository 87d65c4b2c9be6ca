package dev.retort.torch.safetensors;

import ai.djl.ndarray.types.Shape;

/**
 * What the header of a file says of one tensor, checked: {@code length} is what shape and type ask
 * for.
 *
 * @param name the name
 * @param type the element type
 * @param shape the shape, no axes for a scalar; elements lie in row-major order
 * @param offset the first byte, counted from the end of the header
 * @param length the number of bytes, 0 if an axis has no elements
 */
public record TensorEntry(String name, ElementType type, Shape shape, long offset, long length) {
    /** The first byte after the tensor. */
    long end() {
        return offset + length;
    }

    /**
     * The bytes that a tensor takes.
     *
     * @throws ArithmeticException if they are no whole number, or more than 2^63 - 1
     */
    static long bytes(ElementType type, long[] shape) {
        long bits = type.bits();
        for (long size : shape) {
            bits = Math.multiplyExact(bits, size);
        }
        if (bits % Byte.SIZE != 0) {
            throw new ArithmeticException("the last byte is only filled in part");
        }
        return bits / Byte.SIZE;
    }
}
