package dev.retort.torch.abi;

/**
 * 0-dimensional tensors of numbers on the CPU. They have memory of their own, so that a graph that
 * holds one may outlive whoever made it, and mix with tensors on any device.
 */
public final class Scalars {
    private Scalars() {}

    /** A tensor of type float32. */
    public static long of(float value) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.SCALAR_F32.invokeExact(value, stack.out()), "scalar_to_tensor");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** A tensor of type float64. */
    public static long of(double value) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.SCALAR_F64.invokeExact(value, stack.out()), "scalar_to_tensor");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** A tensor of type int32. */
    public static long of(int value) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.SCALAR_I32.invokeExact(value, stack.out()), "scalar_to_tensor");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** A tensor of type int64. */
    public static long of(long value) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.SCALAR_I64.invokeExact(value, stack.out()), "scalar_to_tensor");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** A tensor of type int8. */
    public static long of(byte value) {
        CallStack stack = CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.SCALAR_I8.invokeExact(value, stack.out()), "scalar_to_tensor");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** A tensor of the type that DJL gives to a number of this class. */
    public static long of(Number number) {
        return switch (number) {
            case Integer value -> of((int) value);
            case Float value -> of((float) value);
            case Double value -> of((double) value);
            case Long value -> of((long) value);
            case Byte value -> of((byte) value);
            default -> throw new IllegalArgumentException("Short conversion not supported!");
        };
    }
}
