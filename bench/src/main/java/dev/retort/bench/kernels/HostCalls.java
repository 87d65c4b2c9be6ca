package dev.retort.bench.kernels;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * What a call of C's {@code abs} costs by Panama, on this host: a first look, without forks and
 * without the floor from C, for which there is no compiler where the bundle runs. The comparison is
 * JMH's {@code CallOverhead}.
 *
 * @param plainNanoseconds by a plain downcall, median
 * @param criticalNanoseconds by one linked as critical, median
 */
public record HostCalls(double plainNanoseconds, double criticalNanoseconds) {
    private static final int CALLS = 100_000;
    private static final int WARM_UPS = 20;
    private static final int REPEATS = 41;

    private static final MethodHandle PLAIN = link();
    private static final MethodHandle CRITICAL = link(Linker.Option.critical(false));

    @SuppressWarnings("restricted") // the downcall itself is what is measured
    private static MethodHandle link(Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("abs"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                options);
    }

    static HostCalls measure() {
        double[] plain = new double[REPEATS];
        double[] critical = new double[REPEATS];
        for (int i = -WARM_UPS; i < REPEATS; i++) {
            double first = plainCalls();
            double second = criticalCalls();
            if (i >= 0) {
                plain[i] = first;
                critical[i] = second;
            }
        }
        Arrays.sort(plain);
        Arrays.sort(critical);
        return new HostCalls(plain[REPEATS / 2], critical[REPEATS / 2]);
    }

    private static double plainCalls() {
        int x = 1;
        long start = System.nanoTime();
        try {
            for (int i = 0; i < CALLS; i++) {
                x = 1 + (int) PLAIN.invokeExact(-x) % 7;
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return nanoseconds(start, x);
    }

    private static double criticalCalls() {
        int x = 1;
        long start = System.nanoTime();
        try {
            for (int i = 0; i < CALLS; i++) {
                x = 1 + (int) CRITICAL.invokeExact(-x) % 7;
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return nanoseconds(start, x);
    }

    /** The result is used, so that no call is left out. */
    private static double nanoseconds(long start, int result) {
        long end = System.nanoTime();
        if (result < 1) {
            throw new IllegalStateException("abs returned a negative number: " + result);
        }
        return (end - start) / (double) CALLS;
    }
}
