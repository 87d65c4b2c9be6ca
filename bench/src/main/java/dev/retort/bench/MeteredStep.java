package dev.retort.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.retort.distill.Networks;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;
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
 * By how much the hooks slow a DJL training loop of our own making: bare and metered steps in
 * turns, on the same trainer and batch.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.PairedRun MeteredStep}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 10)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-DOPT_OUT_TRACKING=true",
            "-Dai.djl.default_engine=PyTorch",
            "-Dai.djl.pytorch.num_threads=1"
        })
public class MeteredStep {
    private static final int GROUPS = 60;
    private static final int STEPS = 20;

    /** What is trained. */
    public enum Workload {
        /** 16-32-4, batch 8: the worst case. */
        SMALLEST(16, 32, 4, 8),
        /** 784-512-10, batch 64. */
        ORDINARY(784, 512, 10, 64);

        private final int inputs;
        private final int hidden;
        private final int outputs;
        private final int batch;

        Workload(int inputs, int hidden, int outputs, int batch) {
            this.inputs = inputs;
            this.hidden = hidden;
            this.outputs = outputs;
            this.batch = batch;
        }
    }

    /** What is trained. */
    @Param public Workload workload;

    private NDManager manager;
    private Model model;
    private Trainer trainer;
    private NDArray features;
    private NDArray labels;
    private RunMeter meter;

    /** Makes the model and one batch. */
    @Setup(Level.Trial)
    public void setUp() {
        manager = NDManager.newBaseManager();
        features = manager.randomUniform(0, 1, new Shape(workload.batch, workload.inputs));
        labels =
                manager.randomUniform(0, workload.outputs, new Shape(workload.batch))
                        .floor()
                        .toType(DataType.INT64, true);
        model = Model.newInstance("step");
        model.setBlock(Networks.mlp(new int[] {workload.hidden}, workload.outputs));
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optOptimizer(
                                        Optimizer.sgd()
                                                .setLearningRateTracker(Tracker.fixed(1e-4f))
                                                .build()));
        trainer.initialize(new Shape(1, workload.inputs));
        meter = RunMeter.open("step");
    }

    /** Frees the arrays. */
    @TearDown(Level.Trial)
    public void tearDown() {
        meter.close();
        trainer.close();
        model.close();
        manager.close();
    }

    /**
     * Compares.
     *
     * @param comparison takes the result
     * @throws Exception never
     */
    @Benchmark
    public void pairs(Comparison comparison) throws Exception {
        comparison.compare(GROUPS, () -> steps(null), () -> steps(meter));
    }

    /** The same compiled code for both sides: two methods are inlined and laid out differently. */
    private void steps(@Nullable RunMeter meter) {
        for (int step = 0; step < STEPS; step++) {
            step(meter);
        }
    }

    private void step(@Nullable RunMeter meter) {
        if (meter != null) {
            meter.beginStep();
            meter.begin(Region.INPUT);
        }
        try (NDManager scope = manager.newSubManager()) {
            NDList batch = new NDList(features);
            batch.attach(scope);
            if (meter != null) {
                meter.change(Region.INPUT, Region.FORWARD);
            }
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList output = trainer.forward(batch);
                output.attach(scope);
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), output);
                if (meter != null) {
                    meter.change(Region.FORWARD, Region.BACKWARD);
                }
                collector.backward(loss);
                loss.close();
            }
            if (meter != null) {
                meter.change(Region.BACKWARD, Region.UPDATE);
            }
            trainer.step();
            if (meter != null) {
                meter.end(Region.UPDATE);
            }
            features.attach(manager);
        }
        if (meter != null) {
            meter.flops(Precision.FP32, 1e4, 1e4);
            meter.endStep(workload.batch);
        }
    }
}
