package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * Tensors by their handles: making, reading and freeing them. A handle is a pointer to a C++ object
 * that owns one reference to a tensor. Whoever receives a handle frees it once; use after that
 * crashes the process, and nothing here can check it.
 */
public final class Tensors {
    private Tensors() {}

    /** A second handle to the same tensor, owned by the caller. */
    public static long share(long handle) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.NEW_HANDLE.invokeExact(handle, stack.out()),
                    "aoti_torch_new_tensor_handle");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** Frees a handle, and the tensor with the last one. */
    public static void delete(long handle) {
        try {
            TorchErrors.check(
                    (int) Native.DELETE.invokeExact(handle), "aoti_torch_delete_tensor_object");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** A handle to no tensor. */
    static long undefined(CallStack stack) {
        try {
            TorchErrors.check(
                    (int) Native.NEW_UNDEFINED.invokeExact(stack.out()),
                    "aoti_torch_new_uninitialized_tensor");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /**
     * A tensor with undefined content.
     *
     * @param sizes its shape; it is contiguous
     * @param dtype its type as libtorch numbers them
     * @param device as {@link Values#device} makes it
     */
    public static long empty(long[] sizes, int dtype, long device) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int)
                            Native.EMPTY_STRIDED.invokeExact(
                                    (long) sizes.length,
                                    stack.sizes(sizes),
                                    stack.contiguousStrides(sizes),
                                    dtype,
                                    (int) (device >>> 32),
                                    (int) device,
                                    stack.out()),
                    "aoti_torch_empty_strided");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** {@code self - alpha * other}, recorded for a backward pass; no type may be an integer's. */
    public static long subtract(long self, long other, double alpha) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.SUBTRACT.invokeExact(self, other, alpha, stack.out()),
                    "aten::subtract");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** Makes one handle refer to what another refers to. */
    static void assign(long from, long to) {
        try {
            TorchErrors.check(
                    (int) Native.ASSIGN.invokeExact(from, to), "aoti_torch_assign_tensors");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** The shape. */
    public static long[] sizes(long handle) {
        CallStack stack = CallStack.enter();
        return dimensions(sizesAddress(handle, stack), dim(handle, stack));
    }

    /** The strides, in elements. */
    public static long[] strides(long handle) {
        CallStack stack = CallStack.enter();
        return dimensions(stridesAddress(handle, stack), dim(handle, stack));
    }

    private static long[] dimensions(long address, int dim) {
        long[] values = new long[dim];
        for (int i = 0; i < values.length; i++) {
            values[i] = extent(address, i);
        }
        return values;
    }

    /** One of the sizes or strides at an address. */
    static long extent(long address, int axis) {
        return Native.MEMORY.get(JAVA_LONG, address + 8L * axis);
    }

    /**
     * The address of the sizes, which are valid while the handle is and the tensor keeps its shape.
     */
    static long sizesAddress(long handle, CallStack stack) {
        return word(Native.SIZES, handle, stack);
    }

    /** The address of the strides, which are valid as long as the sizes are. */
    static long stridesAddress(long handle, CallStack stack) {
        return word(Native.STRIDES, handle, stack);
    }

    /** The number of axes. */
    public static int dim(long handle) {
        return dim(handle, CallStack.enter());
    }

    static int dim(long handle, CallStack stack) {
        return (int) word(Native.DIM, handle, stack);
    }

    /** The number of elements. */
    public static long elements(long handle) {
        return word(Native.NUMEL, handle, CallStack.enter());
    }

    /** The address of the first element; on a GPU an address of the GPU. */
    public static long data(long handle) {
        return word(Native.DATA, handle, CallStack.enter());
    }

    /** The type as libtorch numbers them. */
    public static int dtype(long handle) {
        return number(Native.DTYPE, handle);
    }

    /** The layout: 0 is strided, 1 sparse by coordinates. */
    public static int layout(long handle) {
        return number(Native.LAYOUT, handle);
    }

    /** The kind of device: 0 is the CPU, 1 CUDA. */
    public static int deviceType(long handle) {
        return number(Native.DEVICE_TYPE, handle);
    }

    /** The device's number; -1 for the CPU. */
    public static int deviceIndex(long handle) {
        return number(Native.DEVICE_INDEX, handle);
    }

    /** Whether the elements lie in memory one after another in row-major order. */
    public static boolean contiguous(long handle) {
        return truth(Native.CONTIGUOUS, handle);
    }

    /** Whether the handle refers to a tensor at all. */
    static boolean defined(long handle) {
        return truth(Native.IS_DEFINED, handle);
    }

    private static long word(MethodHandle getter, long handle, CallStack stack) {
        read(getter, handle, stack);
        return stack.outValue();
    }

    private static int number(MethodHandle getter, long handle) {
        CallStack stack = CallStack.enter();
        read(getter, handle, stack);
        return Native.MEMORY.get(JAVA_INT, stack.out());
    }

    private static boolean truth(MethodHandle getter, long handle) {
        CallStack stack = CallStack.enter();
        read(getter, handle, stack);
        return Native.MEMORY.get(JAVA_BYTE, stack.out()) != 0;
    }

    private static void read(MethodHandle getter, long handle, CallStack stack) {
        try {
            int code = (int) getter.invokeExact(handle, stack.out());
            TorchErrors.check(code, "a property of a tensor");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
