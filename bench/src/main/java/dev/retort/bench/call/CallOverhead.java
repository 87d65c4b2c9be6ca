package dev.retort.bench.call;

import org.bytedeco.javacpp.IntPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/**
 * One call of a C function that does next to nothing: from C, the floor, by Panama with and without
 * {@code critical}, and by the JNI that JavaCPP generates for the same function. {@code value}
 * takes and returns an int; {@code out} writes its result through a pointer and returns a status,
 * as the driver, NVML and NVRTC do.
 *
 * <p>All variants make the same chain of calls, each with the result of the one before, in a loop
 * of the same length, so that none is overlapped with the next. It needs gcc, g++ and a JDK.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar CallOverhead}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class CallOverhead {
    private static final int CALLS = 10_000;

    private MemorySegment segment;
    private IntPointer pointer;

    /** Builds and loads the functions. */
    @Setup(Level.Trial)
    public void setUp() {
        // As the bindings allocate what functions write to.
        segment = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
        TrivialLibrary.load();
        pointer = new IntPointer(1);
        int[] results = {
            floorValue(),
            panamaValue(),
            panamaCriticalValue(),
            javacppValue(),
            floorOut(),
            panamaOut(),
            panamaCriticalOut(),
            javacppOut()
        };
        for (int result : results) {
            if (result != CALLS) {
                throw new IllegalStateException(
                        "expected %d calls, counted %d".formatted(CALLS, result));
            }
        }
    }

    /** Frees what the functions wrote to. */
    @TearDown(Level.Trial)
    public void tearDown() {
        pointer.close();
    }

    /**
     * From C.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int floorValue() {
        return TrivialPanama.floorValue(CALLS);
    }

    /**
     * By Panama.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int panamaValue() {
        int x = 0;
        for (int i = 0; i < CALLS; i++) {
            x = TrivialPanama.value(x);
        }
        return x;
    }

    /**
     * By Panama, linked as critical.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int panamaCriticalValue() {
        int x = 0;
        for (int i = 0; i < CALLS; i++) {
            x = TrivialPanama.valueCritical(x);
        }
        return x;
    }

    /**
     * By JavaCPP.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int javacppValue() {
        int x = 0;
        for (int i = 0; i < CALLS; i++) {
            x = TrivialJni.trivial_value(x);
        }
        return x;
    }

    /**
     * From C.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int floorOut() {
        return TrivialPanama.floorOut(CALLS);
    }

    /**
     * By Panama.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int panamaOut() {
        int x = 0;
        for (int i = 0; i < CALLS; i++) {
            if (TrivialPanama.out(segment, x) == 0) {
                x = segment.get(ValueLayout.JAVA_INT, 0);
            }
        }
        return x;
    }

    /**
     * By Panama, linked as critical.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int panamaCriticalOut() {
        int x = 0;
        for (int i = 0; i < CALLS; i++) {
            if (TrivialPanama.outCritical(segment, x) == 0) {
                x = segment.get(ValueLayout.JAVA_INT, 0);
            }
        }
        return x;
    }

    /**
     * By JavaCPP. The result is counted, not read back: its pointer reads by one more JNI call.
     *
     * @return the calls made
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int javacppOut() {
        int x = 0;
        for (int i = 0; i < CALLS; i++) {
            if (TrivialJni.trivial_out(pointer, x) == 0) {
                x++;
            }
        }
        return x;
    }
}
