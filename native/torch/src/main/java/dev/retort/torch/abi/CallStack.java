package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory of a thread through which it passes arguments to libtorch and receives results. It is
 * allocated once per thread, so that a call allocates nothing.
 *
 * <p>Arguments are written in the order of the schema, all of them, and are consumed by the call;
 * results overwrite them from the first slot on and are owned by the caller. Tensors are given as
 * borrowed handles: {@link #tensor} makes the handle that is consumed.
 *
 * <p>Gradient mode is a property of the operating-system thread in libtorch, on by default. Here it
 * is off by default, as DJL expects, and belongs to the Java thread: a virtual thread, which may
 * find itself on another carrier at each call, sets it before each call.
 */
public final class CallStack {
    private static final int SLOTS = 64;
    private static final int SIZES = SLOTS;
    private static final int STRIDES = SIZES + Shapes.MOST_AXES;
    private static final int OUT = STRIDES + Shapes.MOST_AXES;

    /** Cells that hold what a C++ reference to a tensor points at, in rising order. */
    private static final int CELLS = OUT + 4;

    private static final int WORDS = CELLS + 4;

    private static final ThreadLocal<CallStack> CURRENT = ThreadLocal.withInitial(CallStack::new);

    private final MemorySegment memory = Arena.ofAuto().allocate(JAVA_LONG, WORDS);
    private final long base = memory.address();
    private final boolean virtual = Thread.currentThread().isVirtual();
    private boolean gradMode;

    private CallStack() {
        setGradMode(false);
    }

    /** The call stack of this thread, ready for a call. */
    public static CallStack enter() {
        CallStack stack = CURRENT.get();
        if (stack.virtual) {
            stack.setGradMode(stack.gradMode);
        }
        return stack;
    }

    /** Whether operations of this thread are recorded for a backward pass. */
    public boolean gradMode() {
        return gradMode;
    }

    /** Switches the recording of this thread's operations on or off. */
    public void setGradMode(boolean enabled) {
        gradMode = enabled;
        try {
            Native.SET_GRAD_MODE.invokeExact(enabled);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Writes an argument as the ABI encodes it. */
    public void put(int slot, long value) {
        Native.MEMORY.set(JAVA_LONG, base + 8L * slot, value);
    }

    /** Writes a tensor argument; the handle stays the caller's. */
    public void tensor(int slot, long handle) {
        try {
            int code = (int) Native.NEW_HANDLE.invokeExact(handle, base + 8L * slot);
            TorchErrors.check(code, "aoti_torch_new_tensor_handle");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Writes a tensor argument that may be absent: 0 is none. */
    public void optionalTensor(int slot, long handle) {
        put(slot, handle == 0 ? 0 : Values.some(Tensors.share(handle)));
    }

    /** The word in a slot, after a call a result. */
    public long get(int slot) {
        return Native.MEMORY.get(JAVA_LONG, base + 8L * slot);
    }

    /** Calls an operator with the arguments that have been written. */
    public void call(Op op) {
        int code;
        try {
            code =
                    (int)
                            Native.DISPATCH.invokeExact(
                                    op.nameAddress(),
                                    op.overloadAddress(),
                                    base,
                                    Native.ABI_VERSION);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        TorchErrors.check(code, op.name());
    }

    /** Calls the C++ entry point of {@code Tensor op(const Tensor&)}. */
    public long callDirect(Op op, long self) {
        return callDirect(op, self, 0);
    }

    /**
     * Calls the C++ entry point of {@code Tensor op(const Tensor&, const Tensor&)}.
     *
     * <p>{@code torch_parallel_for} calls a function of three words once, inside libtorch's own
     * catch block: the place of the result, the first and the second argument. It wants the first
     * word below the second, so both are cells of this stack.
     */
    public long callDirect(Op op, long self, long other) {
        long result = base + 8L * CELLS;
        Native.MEMORY.set(JAVA_LONG, result + 8, Native.MEMORY.get(JAVA_LONG, self));
        int code;
        try {
            code =
                    (int)
                            Native.PARALLEL_FOR.invokeExact(
                                    result, result + 8, Long.MAX_VALUE, op.direct(), other);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        TorchErrors.check(code, op.name());
        long handle = Tensors.undefined(this);
        // The result moves from the cell into its handle.
        Native.MEMORY.set(JAVA_LONG, handle, Native.MEMORY.get(JAVA_LONG, result));
        return handle;
    }

    /** Calls the C++ entry point of {@code Tensor& op(Tensor&)}. */
    public void callInPlace(Op op, long self) {
        callInPlace(op.name(), op.direct(), self, self, 0);
    }

    /** Calls the C++ entry point of {@code Tensor& op(Tensor&, const Tensor&)}. */
    public void callInPlace(Op op, long self, long other) {
        callInPlace(op.name(), op.direct(), self, other, 0);
    }

    /**
     * Calls a C++ function {@code f(Tensor&, const Tensor&, const void*)}.
     *
     * @param third the address of the third argument
     */
    void callInPlace(String name, long function, long self, long other, long third) {
        long cell = base + 8L * CELLS;
        Native.MEMORY.set(JAVA_LONG, cell, Native.MEMORY.get(JAVA_LONG, self));
        Native.MEMORY.set(JAVA_LONG, cell + 8, Native.MEMORY.get(JAVA_LONG, other));
        int code;
        try {
            code =
                    (int)
                            Native.PARALLEL_FOR.invokeExact(
                                    cell, cell + 8, Long.MAX_VALUE, function, third);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        TorchErrors.check(code, name);
    }

    /** The address of a word for a C function's result. */
    long out() {
        return base + 8L * OUT;
    }

    long outValue() {
        return Native.MEMORY.get(JAVA_LONG, out());
    }

    /** Writes sizes for a C function that takes a pointer to them. */
    long sizes(long[] sizes) {
        Shapes.requireAxes(sizes.length);
        long address = base + 8L * SIZES;
        for (int i = 0; i < sizes.length; i++) {
            Native.MEMORY.set(JAVA_LONG, address + 8L * i, sizes[i]);
        }
        return address;
    }

    /** Writes the strides of a contiguous tensor. */
    long contiguousStrides(long[] sizes) {
        Shapes.requireAxes(sizes.length);
        long address = base + 8L * STRIDES;
        long stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            Native.MEMORY.set(JAVA_LONG, address + 8L * i, stride);
            stride *= Math.max(1, sizes[i]);
        }
        return address;
    }
}
