package dev.retort.device.kernels;

import dev.retort.device.gpu.DeviceMemory;

import org.jspecify.annotations.Nullable;

/**
 * A tensor that AdamW updates, with its state. It borrows the memory; all of it begins at multiples
 * of 16 bytes.
 *
 * @param parameters floats, updated in place
 * @param gradients of the type of the whole optimizer
 * @param firstMoments floats, updated in place, 0 before the first step
 * @param secondMoments floats, updated in place, 0 before the first step
 * @param average floats, the moving average of the parameters, updated in place; null for none
 * @param elements how many, at least 1
 */
public record AdamwTensor(
        DeviceMemory parameters,
        DeviceMemory gradients,
        DeviceMemory firstMoments,
        DeviceMemory secondMoments,
        @Nullable DeviceMemory average,
        long elements) {

    /** Checks the sizes; those of the gradients are checked when their type is known. */
    public AdamwTensor {
        if (elements < 1) {
            throw new IllegalArgumentException(
                    "a tensor has at least one element, found " + elements);
        }
        check("parameters", parameters, elements, Float.BYTES);
        check("firstMoments", firstMoments, elements, Float.BYTES);
        check("secondMoments", secondMoments, elements, Float.BYTES);
        if (average != null) {
            check("average", average, elements, Float.BYTES);
        }
    }

    void checkGradients(ElementType type) {
        check("gradients", gradients, elements, type.bytes());
    }

    private static void check(String name, DeviceMemory memory, long elements, int elementBytes) {
        long bytes = Math.multiplyExact(elements, elementBytes);
        if (memory.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "%s: %d elements need %d bytes, found %d"
                            .formatted(name, elements, bytes, memory.byteSize()));
        }
        Matrix.checkAligned(name, memory);
    }
}
