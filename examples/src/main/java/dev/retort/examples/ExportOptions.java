package dev.retort.examples;

import ai.djl.Model;
import ai.djl.engine.Engine;

import dev.retort.distill.ModelCost;
import dev.retort.distill.ModelFiles;
import dev.retort.distill.Role;
import dev.retort.distill.StudyResult;
import dev.retort.distill.TeacherOrigin;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.export.Cascade;
import dev.retort.distill.export.CascadeFile;
import dev.retort.distill.export.CascadePoint;
import dev.retort.distill.export.ExportException;
import dev.retort.distill.export.OnnxExport;
import dev.retort.distill.export.Parity;
import dev.retort.distill.export.WeightType;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.efficiency.report.Numbers;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The option of a command that exports what it trained. */
final class ExportOptions {
    private static final String ONNX_RUNTIME = "OnnxRuntime";
    private static final String STUDENT = "student-distilled";
    private static final String STUDENT_ONNX = "student.onnx";
    private static final String TEACHER_ONNX = "teacher.onnx";

    @Option(
            names = "--export",
            paramLabel = "KIND",
            split = ",",
            description =
                    "Write the distilled student of the first seed as onnx, as int8 (ONNX with 8-bit"
                            + " weights), or as cascade (with the teacher, which is asked where the"
                            + " student is unsure), each compared with the model; several with commas."
                            + " How an input is scaled stands in the metadata, as retort.input.")
    private Set<ExportKind> kinds = EnumSet.noneOf(ExportKind.class);

    /**
     * Refuses what could not be exported after the training.
     *
     * @throws IllegalArgumentException if there is no engine to compare a file with its model, or a
     *     cascade was asked for with a teacher of other classes, or with one that is no network of
     *     the recipe
     */
    void check(Recipe recipe) {
        if (!kinds.isEmpty() && !Engine.hasEngine(ONNX_RUNTIME)) {
            throw new IllegalArgumentException(
                    "expected DJL's engine %s on the class path for --export, found %s"
                            .formatted(ONNX_RUNTIME, Engine.getAllEngines()));
        }
        List<Integer> labelMap = recipe.teacher().labelMap();
        if (kinds.contains(ExportKind.CASCADE) && labelMap != null && !labelMap.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected no label map with --export cascade, which asks the teacher as it was"
                            + " saved, found "
                            + labelMap);
        }
        if (kinds.contains(ExportKind.CASCADE) && recipe.teacher().hasWholeModel()) {
            throw new IllegalArgumentException(
                    "expected parameters that DJL saved of a teacher with --export cascade, found "
                            + recipe.teacher().file());
        }
    }

    /**
     * What is exported.
     *
     * @param recipe what the run did
     * @param result what came of it
     * @param metadata what the run was, for readers of the files
     * @param folder where its models are, and where exports go
     * @param unsaved the models that are not there
     */
    record Source(
            Recipe recipe,
            StudyResult result,
            Map<String, String> metadata,
            Path folder,
            Set<Role> unsaved) {}

    /**
     * What was asked for and cannot be made.
     *
     * @param unsaved the models that are not there
     * @return kinds in words, joined by "or"; empty if there are none
     */
    String impossible(Set<Role> unsaved) {
        return kinds.stream()
                .filter(kind -> kind.needs(unsaved))
                .map(ExportKind::toString)
                .collect(Collectors.joining(" or "));
    }

    /**
     * Writes what was asked for into the folder of a run, and says how it compares; and what the
     * run was into these and the weights that it left. What cannot be exported keeps nothing else
     * from it, and neither does a model that was not saved.
     *
     * @return the first failure, with the others suppressed in it
     * @throws IOException if the folder cannot be written to, or a model in it cannot be read
     */
    Optional<RuntimeException> write(Source source, PrintWriter out) throws IOException {
        try {
            return writeAll(source, out);
        } catch (IOException e) {
            throw new IOException(
                    "models cannot be exported to %s (%s)"
                            .formatted(source.folder(), e.getMessage()),
                    e);
        }
    }

    private Optional<RuntimeException> writeAll(Source source, PrintWriter out) throws IOException {
        if (source.unsaved().contains(Role.STUDENT_DISTILLED)) {
            return Optional.empty();
        }
        Recipe recipe = source.recipe();
        StudyResult result = source.result();
        Map<String, String> metadata = source.metadata();
        Path folder = source.folder();
        List<ExportKind> possible =
                kinds.stream().filter(kind -> !kind.needs(source.unsaved())).toList();
        RuntimeException failure = null;
        DataSplit data = result.task().data();
        int classes = data.train().classes();
        Path file = folder.resolve(STUDENT + "-0000.params");
        try (ModelTeacher student =
                ModelTeacher.saved(
                        file, recipe.student().network().network(classes), TeacherOutput.LOGITS)) {
            ModelFiles.saveWeights(student.model(), folder, STUDENT, metadata);
            if (!possible.isEmpty()) {
                out.println();
            }
            Target target = new Target(data, metadata, folder, out, new HashSet<>());
            for (ExportKind kind : possible) {
                try {
                    switch (kind) {
                        case ONNX -> target.onnx(student.model(), WeightType.FP32, STUDENT_ONNX);
                        case INT8 ->
                                target.onnx(student.model(), WeightType.INT8, "student-int8.onnx");
                        case CASCADE -> cascade(recipe, result, student, target);
                    }
                } catch (ExportException | TeacherException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
        return Optional.ofNullable(failure);
    }

    /**
     * Where exports go.
     *
     * @param data the samples that they are compared on
     * @param metadata what the run was
     * @param folder the folder of the run
     * @param out is told how they compare
     * @param written the files so far, each written once whoever needs it
     */
    private record Target(
            DataSplit data,
            Map<String, String> metadata,
            Path folder,
            PrintWriter out,
            Set<Path> written) {
        void onnx(Model model, WeightType weights, String name) throws IOException {
            Path file = folder.resolve(name);
            if (!written.contains(file)) {
                say(file, OnnxExport.write(model, data.validation(), weights, file, metadata), out);
                written.add(file);
            }
        }
    }

    private static void say(Path file, Parity parity, PrintWriter out) throws IOException {
        out.printf(
                Locale.ROOT,
                "Export: %s, %s; on %d validation samples logits differ by at most %.2g, %s agree,"
                        + " accuracy %s for %s%n",
                file,
                Numbers.bytes(Files.size(file)),
                parity.samples(),
                parity.largestDifference(),
                Numbers.percent(parity.agreement(), 2),
                Numbers.percent(parity.exportAccuracy(), 2),
                Numbers.percent(parity.modelAccuracy(), 2));
    }

    private static void cascade(
            Recipe recipe, StudyResult result, ModelTeacher student, Target target)
            throws IOException {
        DataSplit data = target.data();
        int classes = data.train().classes();
        Path file =
                result.task().origin() instanceof TeacherOrigin.Saved saved
                        ? saved.file()
                        : target.folder().resolve("teacher-0000.params");
        try (ModelTeacher teacher =
                ModelTeacher.saved(
                        file, recipe.teacher().network().network(classes), TeacherOutput.LOGITS)) {
            target.onnx(teacher.model(), WeightType.FP32, TEACHER_ONNX);
            target.onnx(student.model(), WeightType.FP32, STUDENT_ONNX);
            Cascade cascade =
                    Cascade.of(
                            new Cascade.Stages(
                                    student,
                                    seconds(result.studentCost()),
                                    teacher,
                                    seconds(result.teacherCost())),
                            data.validation(),
                            data.test(),
                            student.model().getNDManager());
            Path json =
                    CascadeFile.of(STUDENT_ONNX, TEACHER_ONNX, cascade)
                            .write(target.folder().resolve("cascade.json"));
            print(cascade, json, target.out());
        }
    }

    private static double seconds(ModelCost cost) {
        return cost.secondsPerRequest();
    }

    private static void print(Cascade cascade, Path file, PrintWriter out) {
        out.printf("Export: %s%n%s%n%n", file, cascade.summary());
        TextTable table =
                new TextTable(
                        List.of(
                                "cascade, test samples",
                                "teacher asked",
                                "accuracy",
                                "time a request"));
        for (int i = 0; i < cascade.curveOnTest().size(); i += 4) {
            table.row(row("", cascade.curveOnTest().get(i)));
        }
        table.row(row("threshold", cascade.onTest()));
        table.print(out);
    }

    private static List<String> row(String name, CascadePoint point) {
        return List.of(
                name,
                Numbers.percent(point.askedShare(), 1),
                Numbers.percent(point.accuracy(), 2),
                Numbers.time(point.seconds()));
    }
}
