package dev.retort.bench;

import ai.djl.Model;
import ai.djl.engine.Engine;
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

    private NDManager manager;
    private Model model;
    private Trainer trainer;
    private NDArray features;
    private NDArray labels;

    /** Makes the network and a random batch. */
    @Setup(Level.Trial)
    public void setUp() {
        // DJL's training configuration asks for the default engine, whichever is used.
        System.setProperty("ai.djl.default_engine", engine);
        manager = Engine.getEngine(engine).newBaseManager();
        manager.getEngine().setRandomSeed(1);
        features = manager.randomNormal(workload.input());
        labels =
                manager.randomUniform(0, workload.classes(), new Shape(workload.input().get(0)))
                        .floor()
                        .toType(DataType.INT64, true);
        model = Model.newInstance("step", manager.getDevice(), engine);
        model.setBlock(workload.network());
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optOptimizer(
                                        Optimizer.adam()
                                                .optLearningRateTracker(Tracker.fixed(1e-3f))
                                                .build()));
        trainer.initialize(workload.input());
    }

    /** Frees the arrays. */
    @TearDown(Level.Trial)
    public void tearDown() {
        trainer.close();
        model.close();
        manager.close();
    }

    /** A step as DJL's documentation writes it, with DJL's loss and DJL's Adam. */
    @Benchmark
    public void trainer() {
        try (NDManager step = manager.newSubManager()) {
            // Views: what is computed of them belongs to the step.
            NDArray batch = features.stopGradient();
            batch.attach(step);
            NDList target = new NDList(labels.stopGradient());
            target.attach(step);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray loss =
                        trainer.getLoss().evaluate(target, trainer.forward(new NDList(batch)));
                collector.backward(loss);
            }
            trainer.step();
        }
    }
}
