package dev.retort.bench;

import dev.retort.bench.training.AddedStep;

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
 * The step of {@link TrainingStep} with what Retort adds to DJL: the fused Adam and loss, the
 * channels last for images, and the fast dropout.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"-DOPT_OUT_TRACKING=true", "--enable-native-access=ALL-UNNAMED"})
public class AdditionsStep {
    /** What is trained. */
    @Param public Workload workload;

    private AddedStep step;

    /** Makes the network and a random batch. */
    @Setup(Level.Trial)
    public void setUp() {
        step = new AddedStep(workload);
    }

    /** Frees the arrays. */
    @TearDown(Level.Trial)
    public void tearDown() {
        step.close();
    }

    /** A step. */
    @Benchmark
    public void additions() {
        step.run();
    }
}
