package dev.retort.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.distill.Networks;
import dev.retort.distill.cache.Augmentation;
import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.CacheKey;
import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * By how much ten students that are distilled from one teacher cost more than ten trainings alone:
 * the teacher's pass over the data, the checks of its contract, storing the outputs, and for each
 * student opening, verifying and reading them. For digits with the samples and epochs of the
 * recipe, for images with fewer, so that the share is larger than its. In processor time of the
 * process; on a busy machine that varies as well, which the noise beside each difference tells.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.PairedRun CachedTeacher}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-DOPT_OUT_TRACKING=true",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.default_engine=Retort",
            "-Ddev.retort.torch.threads=1"
        })
public class CachedTeacher {
    private static final int STUDENTS = 10;
    private static final int CLASSES = 10;

    /** The networks of the two recipes. */
    public enum Workload {
        /** 64-256-10 into 64-16-10, batch 32, 1,152 samples, 80 epochs. */
        DIGITS(1152, 32, 80, 3),
        /** Residual, 290,730 into 106,010 parameters, batch 128, 2,048 samples, 8 epochs. */
        FASHION_MNIST(2048, 128, 8, 1);

        private final int samples;
        private final int batchSize;
        private final int epochs;

        /** Groups of comparisons: the shorter the trainings, the more. */
        private final int groups;

        Workload(int samples, int batchSize, int epochs, int groups) {
            this.samples = samples;
            this.batchSize = batchSize;
            this.epochs = epochs;
            this.groups = groups;
        }

        Shape sample() {
            return this == DIGITS ? new Shape(64) : new Shape(1, 28, 28);
        }

        Block teacher() {
            return this == DIGITS
                    ? Networks.mlp(new int[] {256}, CLASSES)
                    : Networks.residual(32, new int[] {64, 128}, CLASSES);
        }

        Block student() {
            return this == DIGITS
                    ? Networks.mlp(new int[] {16}, CLASSES)
                    : Networks.convolutional(16, 32, 64, CLASSES);
        }
    }

    /** What is trained. */
    @Param public Workload workload;

    private NDManager manager;
    private Model teacher;
    private NDArray features;
    private NDArray classes;
    private NDArray given;
    private RunMeter meter;
    private Path folder;

    /**
     * Random samples: speed can depend on zeros.
     *
     * @throws IOException if no folder can be made
     */
    @Setup(Level.Trial)
    public void setUp() throws IOException {
        manager = NDManager.newBaseManager();
        manager.getEngine().setRandomSeed(1);
        features =
                manager.randomUniform(0, 1, new Shape(workload.samples).addAll(workload.sample()));
        classes =
                manager.randomUniform(0, CLASSES, new Shape(workload.samples))
                        .floor()
                        .toType(DataType.INT64, true);
        given = manager.randomNormal(new Shape(workload.samples, CLASSES));
        teacher = model("teacher", workload.teacher());
        meter = RunMeter.open("bench");
        folder = Files.createTempDirectory("retort-bench");
    }

    private Model model(String name, Block block) {
        Model model = Model.newInstance(name);
        block.initialize(
                model.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(workload.sample()));
        model.setBlock(block);
        return model;
    }

    /**
     * Frees the arrays and deletes the folder.
     *
     * @throws IOException if it cannot be deleted
     */
    @TearDown(Level.Trial)
    public void tearDown() throws IOException {
        deleteOutputs();
        Files.delete(folder);
        meter.close();
        teacher.close();
        manager.close();
    }

    private void deleteOutputs() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * Ten distilled students from an empty cache, against ten that are given the outputs in memory.
     *
     * @param comparison takes the result
     * @throws Exception if a file cannot be written
     */
    @Benchmark
    public void givenOutputs(Comparison comparison) throws Exception {
        comparison.compareProcessorTime(
                workload.groups, this::tenGivenOutputs, this::tenFromOneTeacher);
    }

    /**
     * Ten distilled students from an empty cache, against ten that learn the labels alone.
     *
     * @param comparison takes the result
     * @throws Exception if a file cannot be written
     */
    @Benchmark
    public void labelsAlone(Comparison comparison) throws Exception {
        comparison.compareProcessorTime(
                workload.groups, this::tenOnLabels, this::tenFromOneTeacher);
    }

    private void tenOnLabels() {
        for (int student = 0; student < STUDENTS; student++) {
            train(Loss.softmaxCrossEntropyLoss(), new NDList(classes));
        }
    }

    private void tenGivenOutputs() {
        for (int student = 0; student < STUDENTS; student++) {
            train(loss(), new NDList(classes, given));
        }
    }

    private void tenFromOneTeacher() throws IOException {
        deleteOutputs();
        CacheFolder caches = new CacheFolder(folder, CacheEncoding.fp32());
        for (int student = 0; student < STUDENTS; student++) {
            try (ModelTeacher asked = ModelTeacher.of(teacher, TeacherOutput.LOGITS)) {
                CacheKey key =
                        new CacheKey(
                                asked.fingerprint(),
                                Fingerprint.of(features),
                                Fingerprint.of(List.of("none")),
                                CacheEncoding.fp32(),
                                Augmentation.OFF,
                                workload.samples,
                                CLASSES);
                try (CacheFolder.Opened opened =
                                caches.open(key, asked, SampleReader.of(features), manager);
                        NDArray outputs = opened.cache().logits(0, manager)) {
                    train(loss(), new NDList(classes, outputs));
                }
            }
        }
    }

    private Loss loss() {
        return Objective.of(LogitLossKind.HINTON).over(steps(), null);
    }

    private long steps() {
        return Math.ceilDiv(workload.samples, workload.batchSize) * (long) workload.epochs;
    }

    private void train(Loss loss, NDList labels) {
        TrainingPlan plan = TrainingPlan.of(workload.epochs, workload.batchSize, 1e-3f);
        TensorSource source = TensorSource.shuffled(features, labels, workload.batchSize, 1);
        try (Model student = model("student", workload.student());
                Adam adam = new Adam(plan.learningRate().over(steps()), 0, manager)) {
            new TrainingLoop(student, loss, adam, plan, meter, TrainingObserver.NONE)
                    .fit(source, null)
                    .close();
        }
    }
}
