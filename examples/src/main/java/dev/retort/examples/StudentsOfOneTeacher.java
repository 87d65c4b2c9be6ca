package dev.retort.examples;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.Networks;
import dev.retort.distill.cache.Augmentation;
import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.CacheKey;
import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Several students of one teacher, which may come from anywhere and is asked about the data once:
 * later students, and later runs, read what it said.
 *
 * <p>Run after {@code ./retort distill --out runs/first}: {@code java
 * --enable-native-access=ALL-UNNAMED -cp "examples/target/*:examples/target/lib/*"
 * dev.retort.examples.StudentsOfOneTeacher runs/first/teacher-0000.params}
 */
public final class StudentsOfOneTeacher {
    private static final TrainingPlan PLAN = TrainingPlan.of(20, 32, 1e-2f);
    private static final int STUDENTS = 3;

    private StudentsOfOneTeacher() {}

    /**
     * Distils three students on digits.
     *
     * @param arguments the teacher: parameters that DJL saved, an {@code .onnx} model or, with
     *     {@code -Dai.djl.default_engine=PyTorch}, a TorchScript module ({@code .pt}); then the
     *     folder of teacher outputs, {@code runs/teacher-outputs} without one
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            throw new IllegalArgumentException(
                    "expected a teacher such as runs/first/teacher-0000.params, found no argument");
        }
        System.setProperty("OPT_OUT_TRACKING", "true");
        Path folder = Path.of(arguments.length < 2 ? "runs/teacher-outputs" : arguments[1]);
        DataSplit data = Digits.load();
        try (NDManager manager = NDManager.newBaseManager();
                ModelTeacher teacher = teacher(Path.of(arguments[0]))) {
            NDArray features = data.train().features(manager);
            CacheKey key =
                    new CacheKey(
                            teacher.fingerprint(),
                            Fingerprint.of(features),
                            Fingerprint.of(List.of("pixels / 16")),
                            CacheEncoding.fp32(),
                            Augmentation.OFF,
                            data.train().size(),
                            data.train().classes());
            CacheFolder caches = new CacheFolder(folder, key.encoding());
            for (int seed = 1; seed <= STUDENTS; seed++) {
                try (CacheFolder.Opened opened =
                        caches.open(key, teacher, SampleReader.of(features), manager)) {
                    NDArray outputs = opened.cache().logits(0, manager);
                    double accuracy = train(data, features, outputs, manager, seed);
                    report(System.out, seed, accuracy, opened);
                }
            }
        }
    }

    private static ModelTeacher teacher(Path file) throws IOException {
        if (file.toString().endsWith(".onnx")) {
            return ModelTeacher.onnx(file, TeacherOutput.LOGITS);
        }
        if (file.toString().endsWith(".pt")) {
            return ModelTeacher.torchScript(file, TeacherOutput.LOGITS);
        }
        // The network that ./retort distill trains as the teacher for digits.
        return ModelTeacher.saved(file, Networks.mlp(new int[] {256}, 10), TeacherOutput.LOGITS);
    }

    private static double train(
            DataSplit data, NDArray features, NDArray outputs, NDManager manager, int seed) {
        manager.getEngine().setRandomSeed(seed);
        Block block = Networks.mlp(new int[] {16}, 10);
        NDList labels = new NDList(data.train().labels(manager), outputs);
        BatchSource source = TensorSource.shuffled(features, labels, PLAN.batchSize(), seed);
        BatchSource validation =
                TensorSource.ordered(
                        data.validation().features(manager),
                        new NDList(data.validation().labels(manager)),
                        512);
        long steps = source.batches() * PLAN.epochs();
        try (Model student = Model.newInstance("student");
                RunMeter meter = RunOptions.of("student").open();
                Adam adam = new Adam(PLAN.learningRate().over(steps), 0, manager)) {
            block.initialize(student.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            student.setBlock(block);
            var loss = Objective.hinton(4, 0.9).over(steps, null);
            TrainingLoop loop =
                    new TrainingLoop(student, loss, adam, PLAN, meter, TrainingObserver.NONE);
            try (TrainingResult result = loop.fit(source, validation)) {
                EpochRecord best = result.epochs().get(result.bestEpoch() - 1);
                return best.validation().orElseThrow().accuracy();
            }
        }
    }

    private static void report(
            PrintStream out, int seed, double accuracy, CacheFolder.Opened opened) {
        out.printf(
                Locale.ROOT,
                "student %d: %.1f %% on validation; the teacher was asked about %d samples; %s%n",
                seed,
                100 * accuracy,
                opened.cache().rowsAsked(),
                opened.drift().words());
    }
}
