package dev.retort.examples;

import dev.retort.distill.Networks;
import dev.retort.distill.OfflineDistillation;
import dev.retort.distill.OfflineDistillation.Student;
import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.Digits;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.TrainingPlan;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
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
        CacheFolder cache = new CacheFolder(folder, CacheEncoding.fp32());
        for (int seed = 1; seed <= STUDENTS; seed++) {
            try (ModelTeacher teacher = teacher(Path.of(arguments[0]));
                    OfflineDistillation distillation =
                            OfflineDistillation.open(teacher, Digits.load(), cache);
                    Student student =
                            distillation.train(
                                    () -> Networks.mlp(new int[] {16}, 10),
                                    PLAN,
                                    Objective.hinton(4, 0.9),
                                    seed)) {
                report(System.out, seed, student, distillation.outputs());
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

    private static void report(
            PrintStream out, int seed, Student student, CacheFolder.Opened outputs) {
        out.printf(
                Locale.ROOT,
                "student %d: %.1f %% on validation; the teacher was asked about %d samples; %s%n",
                seed,
                100 * student.validation().accuracy(),
                outputs.cache().rowsAsked(),
                outputs.drift().words());
    }
}
