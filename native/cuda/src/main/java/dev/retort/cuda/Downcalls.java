package dev.retort.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls of functions that the generated bindings do not have: older names of bound functions. */
final class Downcalls {
    private Downcalls() {}

    static int invoke(MethodHandle function, MemorySegment a, MemorySegment b) {
        try {
            return (int) function.invokeExact(a, b);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    static int invoke(MethodHandle function, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            return (int) function.invokeExact(a, b, c);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    static int invoke(MethodHandle function, MemorySegment a, MemorySegment b, long c) {
        try {
            return (int) function.invokeExact(a, b, c);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    static int invoke(
            MethodHandle function, MemorySegment a, long b, MemorySegment c, MemorySegment d) {
        try {
            return (int) function.invokeExact(a, b, c, d);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }
}
