package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** Whether libtorch may use operators whose results differ from run to run. */
public final class Determinism {
    private static final MethodHandle CONTEXT =
            Mangled.GLOBAL_CONTEXT.handle(FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle SET =
            Mangled.SET_DETERMINISTIC.handle(
                    FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_BOOLEAN, JAVA_BOOLEAN));
    private static final MethodHandle GET =
            Mangled.IS_DETERMINISTIC.handle(FunctionDescriptor.of(JAVA_BOOLEAN, JAVA_LONG));

    private Determinism() {}

    /** Whether only deterministic operators are allowed, in the whole process. */
    public static boolean required() {
        try {
            return (boolean) GET.invokeExact((long) CONTEXT.invokeExact());
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Allows only deterministic operators in the whole process, or all. */
    public static void require(boolean required) {
        try {
            SET.invokeExact((long) CONTEXT.invokeExact(), required, false);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
