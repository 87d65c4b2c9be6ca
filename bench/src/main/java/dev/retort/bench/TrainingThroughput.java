package dev.retort.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;

import dev.retort.distill.Networks;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;

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

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * One epoch of training by our loop and by DJL's {@code EasyTrain}: the same network, samples,
 * batch size, loss and optimizer. Ours clips gradients by their global norm and is metered, as it
 * always is; EasyTrain runs once bare and once with the listeners that its documentation shows,
 * which it needs to know its loss and accuracy.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar TrainingThroughput -rf json}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 30)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-DOPT_OUT_TRACKING=true",
            // Loops are compared here, so both run on DJL's own engine.
            "-Dai.djl.default_engine=PyTorch",
            "-Dai.djl.pytorch.num_threads=1"
        })
public class TrainingThroughput {
    /** The shapes of the two recipes' students, and the number of samples of an epoch. */
    public enum Workload {
        /** 64-16-10, batch 32, 1,152 samples. */
        DIGITS(1152, 32),
        /** The convolutional student of 106,010 parameters, batch 128, 2,560 samples. */
        FASHION_MNIST(2560, 128);

        private final int samples;
        private final int batchSize;

        Workload(int samples, int batchSize) {
            this.samples = samples;
            this.batchSize = batchSize;
        }

        Shape sample() {
            return this == DIGITS ? new Shape(64) : new Shape(1, 28, 28);
        }

        Block network() {
            return this == DIGITS
                    ? Networks.mlp(new int[] {16}, 10)
                    : Networks.convolutional(16, 32, 64, 10);
        }
    }

    /** What is trained. */
    @Param public Workload workload;

    private NDManager manager;
    private Model model;
    private NDArray features;
    private NDArray labels;
    private Trainer bareTrainer;
    private Trainer listeningTrainer;
    private ArrayDataset dataset;
    private RunMeter meter;
    private Adam adam;

    /** Random samples: speed can depend on zeros. */
    @Setup(Level.Trial)
    public void setUp() {
        manager = NDManager.newBaseManager();
        manager.getEngine().setRandomSeed(1);
        features =
                manager.randomUniform(0, 1, new Shape(workload.samples).addAll(workload.sample()));
        labels =
                manager.randomUniform(0, 10, new Shape(workload.samples))
                        .floor()
                        .toType(DataType.INT64, true);
        model = Model.newInstance("student");
        Block block = workload.network();
        block.initialize(
                model.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(workload.sample()));
        model.setBlock(block);
        dataset =
                new ArrayDataset.Builder()
                        .setData(features)
                        .optLabels(labels)
                        .setSampling(workload.batchSize, true)
                        .build();
        bareTrainer = model.newTrainer(config());
        listeningTrainer =
                model.newTrainer(config().addTrainingListeners(TrainingListener.Defaults.basic()));
        meter = RunMeter.open("bench");
        adam = new Adam(Tracker.fixed(1e-3f), 0, manager);
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build());
    }

    /** Frees the arrays. */
    @TearDown(Level.Trial)
    public void tearDown() {
        adam.close();
        meter.close();
        bareTrainer.close();
        listeningTrainer.close();
        model.close();
        manager.close();
    }

    /**
     * Ours, with everything that it does by default.
     *
     * @return the training loss
     */
    @Benchmark
    public double retort() {
        return epoch(TrainingPlan.of(1, workload.batchSize, 1e-3f));
    }

    /**
     * Ours without clipping, which is the work that EasyTrain does.
     *
     * @return the training loss
     */
    @Benchmark
    public double retortUnclipped() {
        return epoch(
                TrainingPlan.of(1, workload.batchSize, 1e-3f)
                        .withClipNorm(Double.POSITIVE_INFINITY));
    }

    /** How many groups of four epochs take some seconds. */
    int groups() {
        return workload == Workload.DIGITS ? 30 : 2;
    }

    private double epoch(TrainingPlan plan) {
        TensorSource source =
                TensorSource.shuffled(features, new NDList(labels), workload.batchSize, 1);
        try (TrainingResult result =
                new TrainingLoop(
                                model,
                                Loss.softmaxCrossEntropyLoss(),
                                adam,
                                plan,
                                meter,
                                TrainingObserver.NONE)
                        .fit(source, null)) {
            return result.epochs().getFirst().trainLoss();
        }
    }

    /**
     * DJL's, with nothing that looks at the loss.
     *
     * @throws IOException never
     * @throws TranslateException never
     */
    @Benchmark
    public void easyTrainBare() throws IOException, TranslateException {
        EasyTrain.fit(bareTrainer, 1, dataset, null);
    }

    /**
     * DJL's, with its basic listeners.
     *
     * @throws IOException never
     * @throws TranslateException never
     */
    @Benchmark
    public void easyTrainWithListeners() throws IOException, TranslateException {
        EasyTrain.fit(listeningTrainer, 1, dataset, null);
    }
}
