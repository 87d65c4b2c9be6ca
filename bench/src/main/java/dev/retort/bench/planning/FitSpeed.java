package dev.retort.bench.planning;

import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.StartGrid;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The parametric law of 250 runs, on all cores, in a JVM that has just started: the published 4,500
 * starts, and 4,000 bootstrap fits.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar FitSpeed}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class FitSpeed {
    private static final int POINTS = 250;
    private static final FitOptions FEWEST = FitOptions.DEFAULT.withBootstrap(200, 1);

    private List<LossPoint> runs;

    /** Draws the runs. */
    @Setup
    public void draw() {
        runs = new SimulatedRuns(POINTS, 0.006, 0.03, 0).draw(1);
    }

    /**
     * The published starts, with the fewest replicates.
     *
     * @return the fit
     */
    @Benchmark
    public ParametricFit starts() {
        return ParametricFit.of(runs, FEWEST);
    }

    /**
     * Few starts, with 4,000 bootstrap fits.
     *
     * @return the fit
     */
    @Benchmark
    public ParametricFit bootstrap() {
        return ParametricFit.of(
                runs, FitOptions.DEFAULT.withStarts(StartGrid.COARSE).withBootstrap(4000, 1));
    }
}
