package dev.retort.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/**
 * What one operation costs beside its arithmetic: binary operations on one element, each result
 * closed. {@code -prof gc} shows the garbage per operation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-DOPT_OUT_TRACKING=true", "--enable-native-access=ALL-UNNAMED"})
public class BinaryOperation {
    private static final int OPERATIONS = 1000;

    /** Retort's engine and DJL's; each fork loads one. */
    @Param({"Retort", "PyTorch"})
    public String engine;

    private NDManager manager;
    private NDArray first;
    private NDArray second;

    /** Makes the operands. */
    @Setup(Level.Trial)
    public void setUp() {
        manager = Engine.getEngine(engine).newBaseManager();
        first = manager.ones(new Shape(1));
        second = manager.ones(new Shape(1));
    }

    /** Frees the operands. */
    @TearDown(Level.Trial)
    public void tearDown() {
        manager.close();
    }

    /** Products. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void multiply() {
        for (int i = 0; i < OPERATIONS; i++) {
            first.mul(second).close();
        }
    }

    /** Sums. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void add() {
        for (int i = 0; i < OPERATIONS; i++) {
            first.add(second).close();
        }
    }
}
