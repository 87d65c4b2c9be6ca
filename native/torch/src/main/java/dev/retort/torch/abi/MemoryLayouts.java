package dev.retort.torch.abi;

/**
 * Where in memory the elements of tensors lie. Operators that go through several tensors by their
 * addresses do not check it. Nothing here allocates, so that it can be asked at every step.
 */
public final class MemoryLayouts {
    private MemoryLayouts() {}

    /**
     * Whether two strided tensors have the same shape, and their elements lie at the same places.
     *
     * @param exact whether the strides of axes of one element, which move nothing, must agree too
     */
    public static boolean same(long first, long second, boolean exact) {
        CallStack stack = CallStack.enter();
        int dim = Tensors.dim(first, stack);
        if (dim != Tensors.dim(second, stack)) {
            return false;
        }
        long sizes = Tensors.sizesAddress(first, stack);
        long otherSizes = Tensors.sizesAddress(second, stack);
        long strides = Tensors.stridesAddress(first, stack);
        long otherStrides = Tensors.stridesAddress(second, stack);
        for (int i = 0; i < dim; i++) {
            long size = Tensors.extent(sizes, i);
            if (size != Tensors.extent(otherSizes, i)) {
                return false;
            }
            if ((exact || size != 1)
                    && Tensors.extent(strides, i) != Tensors.extent(otherStrides, i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the elements of a strided tensor fill one stretch of memory, in whatever order of the
     * axes, without gaps and without elements that share a place.
     */
    public static boolean dense(long handle) {
        CallStack stack = CallStack.enter();
        int dim = Tensors.dim(handle, stack);
        long sizes = Tensors.sizesAddress(handle, stack);
        long strides = Tensors.stridesAddress(handle, stack);
        long left = 0;
        for (int i = 0; i < dim; i++) {
            long size = Tensors.extent(sizes, i);
            if (size == 0) {
                return true;
            }
            left |= size == 1 ? 0 : 1L << i;
        }
        long inner = 1;
        while (left != 0) {
            int axis = axisOfStride(inner, left, strides);
            if (axis < 0) {
                return false;
            }
            left &= ~(1L << axis);
            inner *= Tensors.extent(sizes, axis);
        }
        return true;
    }

    /** The last of the axes left that has the stride; negative if none has. */
    private static int axisOfStride(long stride, long left, long strides) {
        for (int i = Long.SIZE - 1 - Long.numberOfLeadingZeros(left); i >= 0; i--) {
            if ((left & 1L << i) != 0 && Tensors.extent(strides, i) == stride) {
                return i;
            }
        }
        return -1;
    }
}
