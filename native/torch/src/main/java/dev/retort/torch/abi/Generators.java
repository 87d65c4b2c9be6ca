package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The state of the CPU's random generator, in the bytes of Python's {@code get_rng_state}. */
public final class Generators {
    /**
     * The fields of at::CPUGeneratorImplState: the seed, what the Mersenne twister has left and
     * whether it is seeded, its place, its 624 words, each in 8 bytes, and the normal numbers that
     * were drawn in pairs.
     */
    private static final int LEFT = 8;

    private static final int SEEDED = 12;
    private static final int NEXT = 16;
    private static final int WORDS = 624;

    private static final MethodHandle DEFAULT =
            Mangled.DEFAULT_CPU_GENERATOR.handle(FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle GET_STATE =
            Mangled.GENERATOR_GET_STATE.handle(
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SET_STATE =
            Mangled.GENERATOR_SET_STATE.handle(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));

    private Generators() {}

    /** A new tensor of bytes with the state, owned by the caller. */
    public static long state() {
        long handle = Tensors.undefined(CallStack.enter());
        try {
            // C++ returns a smart pointer into the cell of a handle, which is one itself.
            long _ = (long) GET_STATE.invokeExact(handle, implementation());
            return handle;
        } catch (Throwable e) {
            Tensors.delete(handle);
            throw Downcalls.rethrow(e);
        }
    }

    /**
     * Sets the state.
     *
     * @param handle a contiguous tensor of bytes on the CPU
     * @throws IllegalArgumentException if they are no state; libtorch would end the process
     */
    public static void setState(long handle) {
        long expected = state();
        try {
            long length = Tensors.elements(expected);
            if (Tensors.elements(handle) != length || Tensors.dim(handle) != 1) {
                throw new IllegalArgumentException(
                        "expected a state of %d bytes, found %d"
                                .formatted(length, Tensors.elements(handle)));
            }
        } finally {
            Tensors.delete(expected);
        }
        requireTwister(Tensors.data(handle));
        try {
            SET_STATE.invokeExact(implementation(), Autograd.impl(handle));
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    private static void requireTwister(long address) {
        MemorySegment memory = Native.MEMORY;
        int left = memory.get(JAVA_INT, address + LEFT);
        int seeded = memory.get(JAVA_INT, address + SEEDED);
        long next = memory.get(JAVA_LONG, address + NEXT);
        if (seeded != 1 || left <= 0 || left > WORDS || next < 0 || next > WORDS) {
            throw new IllegalArgumentException(
                    "expected the state of a seeded Mersenne twister, found other bytes");
        }
    }

    private static long implementation() {
        try {
            long cell = (long) DEFAULT.invokeExact();
            return Native.MEMORY.get(ValueLayout.JAVA_LONG, cell);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
