package dev.retort.torch.abi;

import ai.djl.engine.EngineException;

import java.util.Arrays;

/**
 * Checks of shapes before a call. libtorch checks them too, but an exception that it catches inside
 * costs milliseconds, since it writes down the stack of C++ for each.
 */
public final class Shapes {
    /** Of libtorch, whose iterators keep one bit per axis. */
    public static final int MOST_AXES = 64;

    private Shapes() {}

    /** Refuses shapes of more axes than there is room for. */
    static void requireAxes(int axes) {
        if (axes > MOST_AXES) {
            throw new IllegalArgumentException(
                    "expected a shape of at most %d axes, found %d".formatted(MOST_AXES, axes));
        }
    }

    /** Refuses shapes that cannot be broadcast against each other. */
    public static void requireBroadcast(long self, long other) {
        CallStack stack = CallStack.enter();
        int selfDim = Tensors.dim(self, stack);
        int otherDim = Tensors.dim(other, stack);
        if (selfDim == 0 || otherDim == 0) {
            return;
        }
        long selfSizes = Tensors.sizesAddress(self, stack);
        long otherSizes = Tensors.sizesAddress(other, stack);
        int common = Math.min(selfDim, otherDim);
        for (int i = 1; i <= common; i++) {
            long first = Tensors.extent(selfSizes, selfDim - i);
            long second = Tensors.extent(otherSizes, otherDim - i);
            if (first != second && first != 1 && second != 1) {
                throw new EngineException(
                        "The size of tensor a (%d) must match the size of tensor b (%d) at non-singleton dimension %d"
                                .formatted(first, second, Math.max(selfDim, otherDim) - i));
            }
        }
    }

    /** Refuses an operand that cannot be broadcast to the shape of what is changed in place. */
    public static void requireBroadcastTo(long operand, long target) {
        if (!broadcastsTo(operand, target)) {
            requireBroadcast(target, operand);
            throw new EngineException(
                    "output with shape %s doesn't match the broadcast shape %s"
                            .formatted(
                                    Arrays.toString(Tensors.sizes(target)),
                                    Arrays.toString(broadcast(target, operand))));
        }
    }

    /** Whether a tensor broadcast against another has that one's shape. */
    static boolean broadcastsTo(long operand, long target) {
        CallStack stack = CallStack.enter();
        int operandDim = Tensors.dim(operand, stack);
        int targetDim = Tensors.dim(target, stack);
        if (operandDim > targetDim) {
            return false;
        }
        if (operandDim == 0) {
            return true;
        }
        long operandSizes = Tensors.sizesAddress(operand, stack);
        long targetSizes = Tensors.sizesAddress(target, stack);
        for (int i = 1; i <= operandDim; i++) {
            long size = Tensors.extent(operandSizes, operandDim - i);
            if (size != 1 && size != Tensors.extent(targetSizes, targetDim - i)) {
                return false;
            }
        }
        return true;
    }

    /** The shape of two tensors that have been found to fit. */
    static long[] broadcast(long self, long other) {
        long[] first = Tensors.sizes(self);
        long[] second = Tensors.sizes(other);
        long[] result = new long[Math.max(first.length, second.length)];
        for (int i = 1; i <= result.length; i++) {
            long a = i <= first.length ? first[first.length - i] : 1;
            long b = i <= second.length ? second[second.length - i] : 1;
            result[result.length - i] = a == 1 ? b : a;
        }
        return result;
    }
}
