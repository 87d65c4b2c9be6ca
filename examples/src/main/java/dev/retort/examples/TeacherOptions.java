package dev.retort.examples;

import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.TeacherSettings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;

/** The options of a command that say where the teacher comes from. */
final class TeacherOptions {
    @Option(
            names = "--teacher",
            paramLabel = "FILE",
            description =
                    "A teacher that was trained before instead of training one: the"
                            + " teacher-0000.params of a run, an ONNX model (.onnx), or with"
                            + " --engine PyTorch a TorchScript module (.pt).")
    private @Nullable Path teacher;

    @Option(
            names = "--label-map",
            paramLabel = "C",
            split = ",",
            description =
                    "For each class of the data the class of that teacher, such as 3,0,1; needed"
                            + " where the teacher has other classes. Not with an ONNX model or a"
                            + " TorchScript module, which must have the classes of the data.")
    private @Nullable List<Integer> labelMap;

    /**
     * Changes what the options name.
     *
     * @throws IllegalArgumentException if there is a label map without a teacher
     */
    void apply(Recipe.Builder builder) {
        TeacherSettings settings = builder.build().teacher();
        String file = teacher == null ? settings.file() : teacher.toString();
        if (file == null) {
            if (labelMap != null) {
                throw new IllegalArgumentException(
                        "expected --teacher with --label-map, found none");
            }
            return;
        }
        TeacherSettings saved =
                settings.saved(file, labelMap == null ? settings.labelMap() : labelMap);
        builder.teacher(_ -> saved);
    }
}
