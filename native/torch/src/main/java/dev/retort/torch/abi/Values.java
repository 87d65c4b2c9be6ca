package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The encodings of the ABI for what is not a tensor: every value is one word. What is made here is
 * consumed by the call to which it is passed.
 */
public final class Values {
    /** The word that stands for an absent optional value. */
    public static final long NONE = 0;

    /** From 2.13 on; before, an optional value is freed by C++'s delete and so made by its new. */
    private static final String NEW_VALUE = "torch_new_stable_ivalue";

    private static final @Nullable MethodHandle NEW_STABLE_VALUE =
            Native.address(NEW_VALUE) == 0
                    ? null
                    : Native.downcall(
                            NEW_VALUE,
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, JAVA_LONG),
                            Linker.Option.critical(false));
    private static final @Nullable MethodHandle OPERATOR_NEW =
            NEW_STABLE_VALUE != null
                    ? null
                    : Native.downcall(
                            Mangled.OPERATOR_NEW.symbol(),
                            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG),
                            Linker.Option.critical(false));

    private Values() {}

    /** Encodes a number of C++'s type double. */
    public static long of(double value) {
        return Double.doubleToRawLongBits(value);
    }

    /** Encodes a truth value. */
    public static long of(boolean value) {
        return value ? 1 : 0;
    }

    /** Encodes a present optional value. */
    public static long some(long value) {
        try {
            long cell;
            if (NEW_STABLE_VALUE != null) {
                CallStack stack = CallStack.enter();
                TorchErrors.check(
                        (int) NEW_STABLE_VALUE.invokeExact(stack.out()), "torch_new_stable_ivalue");
                cell = stack.outValue();
            } else {
                cell = (long) java.util.Objects.requireNonNull(OPERATOR_NEW).invokeExact(8L);
            }
            Native.MEMORY.set(JAVA_LONG, cell, value);
            return cell;
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Encodes an optional integer; null is none. */
    public static long optional(@Nullable Long value) {
        return value == null ? NONE : some(value);
    }

    /** Encodes an optional number; null is none. */
    public static long optional(@Nullable Double value) {
        return value == null ? NONE : some(of((double) value));
    }

    /** Encodes an optional truth value; null is none. */
    public static long optional(@Nullable Boolean value) {
        return value == null ? NONE : some(of((boolean) value));
    }

    /** Encodes an optional text; null is none. */
    public static long optional(@Nullable String value) {
        return value == null ? NONE : some(string(value));
    }

    /** Encodes an optional data type, layout or memory format; a negative one is none. */
    public static long optionalEnum(int value) {
        return value < 0 ? NONE : some(value);
    }

    /** Encodes an optional device as {@link #device} makes it; {@link #NO_DEVICE} is none. */
    public static long optionalDevice(long device) {
        return device == NO_DEVICE ? NONE : some(device);
    }

    /** Stands for the absence of an optional device. */
    public static final long NO_DEVICE = Long.MIN_VALUE;

    /**
     * Encodes a device.
     *
     * @param type 0 is the CPU, 1 CUDA
     * @param index the device's number, -1 for the CPU
     */
    public static long device(int type, int index) {
        return ((long) type << 32) | (index & 0xffffffffL);
    }

    /** Encodes a text. */
    public static long string(String text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(text);
            CallStack stack = CallStack.enter();
            TorchErrors.check(
                    (int)
                            Native.NEW_STRING.invokeExact(
                                    bytes.address(), bytes.byteSize() - 1, stack.out()),
                    "torch_new_string_handle");
            return stack.outValue();
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Encodes a list of integers. */
    public static long list(long... values) {
        long list = newList(values.length);
        for (long value : values) {
            push(list, value);
        }
        return list;
    }

    /** Encodes a list of numbers. */
    public static long list(double... values) {
        long list = newList(values.length);
        for (double value : values) {
            push(list, of(value));
        }
        return list;
    }

    /** Encodes a list of truth values. */
    public static long list(boolean... values) {
        long list = newList(values.length);
        for (boolean value : values) {
            push(list, of(value));
        }
        return list;
    }

    /** Encodes a list of tensors; the handles stay the caller's. */
    public static long tensors(long... handles) {
        long list = newList(handles.length);
        for (long handle : handles) {
            push(list, Tensors.share(handle));
        }
        return list;
    }

    /** Encodes a list of tensors that may be absent: 0 is none. */
    public static long optionalTensors(long... handles) {
        long list = newList(handles.length);
        for (long handle : handles) {
            push(list, handle == 0 ? NONE : some(Tensors.share(handle)));
        }
        return list;
    }

    /** Decodes a list of tensors and frees it; the handles are the caller's. */
    public static long[] takeTensors(long list) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.LIST_SIZE.invokeExact(list, stack.out()), "torch_list_size");
            long[] handles = new long[Math.toIntExact(stack.outValue())];
            for (int i = 0; i < handles.length; i++) {
                TorchErrors.check(
                        (int) Native.LIST_GET.invokeExact(list, (long) i, stack.out()),
                        "torch_list_get_item");
                handles[i] = stack.outValue();
            }
            TorchErrors.check((int) Native.DELETE_LIST.invokeExact(list), "torch_delete_list");
            return handles;
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    private static long newList(int size) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.NEW_LIST.invokeExact((long) size, stack.out()),
                    "torch_new_list_reserve_size");
            return stack.outValue();
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    private static void push(long list, long value) {
        try {
            TorchErrors.check(
                    (int) Native.LIST_PUSH.invokeExact(list, value), "torch_list_push_back");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
