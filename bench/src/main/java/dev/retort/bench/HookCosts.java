package dev.retort.bench;

import dev.retort.efficiency.Precision;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What one hook costs, as a training step calls them: in memory, with a journal, and with the JVM
 * watched as well. Bytes per hook come from the gc profiler.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar HookCosts -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HookCosts {
    private static final int HOOKS = 8;

    /** How the run is kept. */
    public enum Kept {
        /** In memory. */
        MEMORY,
        /** With a journal. */
        JOURNAL,
        /** With a journal, and the JVM watched. */
        JOURNAL_AND_JVM
    }

    /** How the run is kept. */
    @Param public Kept kept;

    private RunMeter meter;
    private Path folder;

    /** Opens the meter. */
    @Setup(Level.Trial)
    public void setUp() {
        try {
            folder = Files.createTempDirectory("hooks");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RunOptions options = RunOptions.of("hooks");
        if (kept != Kept.MEMORY) {
            options.journal(folder);
        }
        if (kept == Kept.JOURNAL_AND_JVM) {
            options.watchJvm();
        }
        meter = options.open();
    }

    /** Closes the meter and deletes what it wrote. */
    @TearDown(Level.Trial)
    public void tearDown() {
        meter.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The hooks of one step. */
    @Benchmark
    @OperationsPerInvocation(HOOKS)
    public void hook() {
        meter.beginStep();
        meter.begin(Region.INPUT);
        meter.change(Region.INPUT, Region.FORWARD);
        meter.change(Region.FORWARD, Region.BACKWARD);
        meter.change(Region.BACKWARD, Region.UPDATE);
        meter.end(Region.UPDATE);
        meter.flops(Precision.FP32, 1e6, 1e6);
        meter.endStep(8);
    }
}
