package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.EngineException;

/**
 * Checks of shapes before a call. libtorch checks them too, but an exception that it catches inside
 * costs milliseconds, since it writes down the stack of C++ for each.
 */
public final class Shapes {
    private Shapes() {}

    /** Refuses shapes that cannot be broadcast against each other. */
    public static void requireBroadcast(long self, long other) {
        int selfDim = Tensors.dim(self);
        int otherDim = Tensors.dim(other);
        if (selfDim == 0 || otherDim == 0) {
            return;
        }
        long selfSizes = Tensors.sizesAddress(self);
        long otherSizes = Tensors.sizesAddress(other);
        int common = Math.min(selfDim, otherDim);
        for (int i = 1; i <= common; i++) {
            long first = size(selfSizes, selfDim - i);
            long second = size(otherSizes, otherDim - i);
            if (first != second && first != 1 && second != 1) {
                throw new EngineException(
                        "The size of tensor a (%d) must match the size of tensor b (%d) at non-singleton dimension %d"
                                .formatted(first, second, Math.max(selfDim, otherDim) - i));
            }
        }
    }

    /** Refuses an operand that cannot be broadcast to the shape of what is changed in place. */
    public static void requireBroadcastTo(long operand, long target) {
        requireBroadcast(target, operand);
        int operandDim = Tensors.dim(operand);
        int targetDim = Tensors.dim(target);
        boolean fits = operandDim <= targetDim;
        if (fits && operandDim > 0) {
            long operandSizes = Tensors.sizesAddress(operand);
            long targetSizes = Tensors.sizesAddress(target);
            for (int i = 1; i <= operandDim && fits; i++) {
                long size = size(operandSizes, operandDim - i);
                fits = size == 1 || size == size(targetSizes, targetDim - i);
            }
        }
        if (!fits) {
            throw new EngineException(
                    "output with shape %s doesn't match the broadcast shape of it and %s"
                            .formatted(
                                    java.util.Arrays.toString(Tensors.sizes(target)),
                                    java.util.Arrays.toString(Tensors.sizes(operand))));
        }
    }

    private static long size(long sizes, int axis) {
        return Native.MEMORY.get(JAVA_LONG, sizes + 8L * axis);
    }
}
