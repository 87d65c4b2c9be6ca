package dev.retort.bench;

import dev.retort.bench.training.PlainStep;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/**
 * One training step: forward, loss, backward and Adam, on a batch that lies on the device. {@link
 * #trainer} is a plain DJL program, the same on both engines; {@link AdditionsStep} is the same
 * step with what Retort adds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"-DOPT_OUT_TRACKING=true", "--enable-native-access=ALL-UNNAMED"})
public class TrainingStep {
    /** Retort's engine and DJL's; each fork loads one. */
    @Param({"Retort", "PyTorch"})
    public String engine;

    /** What is trained. */
    @Param public Workload workload;

    private PlainStep step;

    /** Makes the network and a random batch. */
    @Setup(Level.Trial)
    public void setUp() {
        // DJL's training configuration asks for the default engine, whichever is used.
        System.setProperty("ai.djl.default_engine", engine);
        step = new PlainStep(workload, engine);
    }

    /** Frees the arrays. */
    @TearDown(Level.Trial)
    public void tearDown() {
        step.close();
    }

    /** A step as DJL's documentation writes it, with DJL's loss and DJL's Adam. */
    @Benchmark
    public void trainer() {
        step.run();
    }
}
