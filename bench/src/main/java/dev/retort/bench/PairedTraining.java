package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/**
 * By how much the time of an epoch by our loop differs from one by DJL's {@code EasyTrain}: what
 * {@link TrainingThroughput} measures in forks of their own, here in turns. In one process both
 * profit from the memory that our loop keeps for the next step, so that the convolutional network
 * is better compared there.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.PairedRun PairedTraining}
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
        value = 5,
        jvmArgsAppend = {
            "-DOPT_OUT_TRACKING=true",
            "-Dai.djl.default_engine=PyTorch",
            "-Dai.djl.pytorch.num_threads=1"
        })
public class PairedTraining {
    /**
     * Ours with everything that it does by default against EasyTrain without a listener.
     *
     * @param training both sides
     * @param comparison takes the result
     * @throws Exception never
     */
    @Benchmark
    public void clipped(TrainingThroughput training, Comparison comparison) throws Exception {
        comparison.compare(training.groups(), training::easyTrainBare, training::retort);
    }

    /**
     * Ours without clipping, which is the work that EasyTrain does, against EasyTrain.
     *
     * @param training both sides
     * @param comparison takes the result
     * @throws Exception never
     */
    @Benchmark
    public void unclipped(TrainingThroughput training, Comparison comparison) throws Exception {
        comparison.compare(training.groups(), training::easyTrainBare, training::retortUnclipped);
    }
}
