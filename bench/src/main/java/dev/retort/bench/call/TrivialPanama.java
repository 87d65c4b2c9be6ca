package dev.retort.bench.call;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The trivial functions by Panama, called as jextract's bindings call. */
@SuppressWarnings("restricted") // to look up and link is what this is about
final class TrivialPanama {
    private static final SymbolLookup TRIVIAL =
            SymbolLookup.libraryLookup(TrivialLibrary.functions(), Arena.global());
    private static final SymbolLookup FLOOR =
            SymbolLookup.libraryLookup(TrivialLibrary.floor(), Arena.global());
    private static final FunctionDescriptor VALUE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final FunctionDescriptor OUT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    private static final MethodHandle VALUE_PLAIN = link(TRIVIAL, "trivial_value", VALUE);
    private static final MethodHandle VALUE_CRITICAL =
            link(TRIVIAL, "trivial_value", VALUE, Linker.Option.critical(false));
    private static final MethodHandle OUT_PLAIN = link(TRIVIAL, "trivial_out", OUT);
    private static final MethodHandle OUT_CRITICAL =
            link(TRIVIAL, "trivial_out", OUT, Linker.Option.critical(false));
    private static final MethodHandle FLOOR_VALUE = link(FLOOR, "floor_value", VALUE);
    private static final MethodHandle FLOOR_OUT = link(FLOOR, "floor_out", VALUE);
    private static final MethodHandle FLOOR_QUERY =
            link(
                    FLOOR,
                    "floor_query",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));

    private TrivialPanama() {}

    private static MethodHandle link(
            SymbolLookup library,
            String name,
            FunctionDescriptor descriptor,
            Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor, options);
    }

    static int value(int x) {
        try {
            return (int) VALUE_PLAIN.invokeExact(x);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int valueCritical(int x) {
        try {
            return (int) VALUE_CRITICAL.invokeExact(x);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int out(MemorySegment out, int x) {
        try {
            return (int) OUT_PLAIN.invokeExact(out, x);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int outCritical(MemorySegment out, int x) {
        try {
            return (int) OUT_CRITICAL.invokeExact(out, x);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The loop in C; one downcall for all its calls. */
    static int floorValue(int calls) {
        try {
            return (int) FLOOR_VALUE.invokeExact(calls);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The loop in C; one downcall for all its calls. */
    static int floorOut(int calls) {
        try {
            return (int) FLOOR_OUT.invokeExact(calls);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The loop in C over a query of NVML; one downcall for all its calls. */
    static int floorQuery(MemorySegment query, long device, int calls) {
        try {
            return (int) FLOOR_QUERY.invokeExact(query, MemorySegment.ofAddress(device), calls);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
