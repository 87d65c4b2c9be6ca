package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * The automatic choice of the type in which an operator computes: a property of the
 * operating-system thread in libtorch, by kind of device (0 is the CPU, 1 CUDA).
 */
public final class AutocastMode {
    private static final MethodHandle IS_ENABLED =
            Mangled.IS_AUTOCAST_ENABLED.handle(FunctionDescriptor.of(JAVA_BOOLEAN, JAVA_BYTE));
    private static final MethodHandle GET_DTYPE =
            Mangled.GET_AUTOCAST_DTYPE.handle(FunctionDescriptor.of(JAVA_BYTE, JAVA_BYTE));
    private static final MethodHandle SET_ENABLED =
            setter(Mangled.SET_AUTOCAST_ENABLED, JAVA_BYTE, JAVA_BOOLEAN);
    private static final MethodHandle SET_DTYPE =
            setter(Mangled.SET_AUTOCAST_DTYPE, JAVA_BYTE, JAVA_BYTE);
    private static final MethodHandle ENTER =
            Mangled.AUTOCAST_INCREMENT_NESTING.handle(FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle LEAVE =
            Mangled.AUTOCAST_DECREMENT_NESTING.handle(FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle CLEAR_CACHE = setter(Mangled.AUTOCAST_CLEAR_CACHE);

    private AutocastMode() {}

    private static MethodHandle setter(Mangled function, MemoryLayout... arguments) {
        return function.handle(FunctionDescriptor.ofVoid(arguments));
    }

    /** Whether this thread has it switched on. */
    public static boolean enabled(int deviceType) {
        try {
            return (boolean) IS_ENABLED.invokeExact((byte) deviceType);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** The type in which operators compute where they may, as libtorch numbers them. */
    public static int dtype(int deviceType) {
        try {
            return (byte) GET_DTYPE.invokeExact((byte) deviceType);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Sets the mode of this thread. */
    public static void set(int deviceType, boolean enabled, int dtype) {
        try {
            SET_ENABLED.invokeExact((byte) deviceType, enabled);
            SET_DTYPE.invokeExact((byte) deviceType, (byte) dtype);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Begins a scope: converted weights are kept until the outermost one ends. */
    public static void enter() {
        try {
            int _ = (int) ENTER.invokeExact();
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Ends a scope. */
    public static void leave() {
        try {
            if ((int) LEAVE.invokeExact() == 0) {
                CLEAR_CACHE.invokeExact();
            }
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
