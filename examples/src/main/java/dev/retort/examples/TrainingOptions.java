package dev.retort.examples;

import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.StudentSettings;
import dev.retort.distill.recipe.TrainingSettings;
import dev.retort.distill.train.TrainingPlan;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that say how teacher and students are trained. */
final class TrainingOptions {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Epochs of the students; default the recipe's.")
    private @Nullable Integer epochs;

    @Option(
            names = "--teacher-epochs",
            paramLabel = "N",
            description = "Epochs of the teacher; default the recipe's.")
    private @Nullable Integer teacherEpochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Samples a step; default the recipe's.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Peak learning rate of the students; default the recipe's.")
    private @Nullable Float learningRate;

    @Option(
            names = "--clip-norm",
            paramLabel = "L",
            description =
                    "Largest global norm of the gradients; default the recipe's."
                            + " One without does not clip.")
    private @Nullable Double clipNorm;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description =
                    "Stop after N epochs without a better validation loss, 0 for never; default the"
                            + " recipe's.")
    private @Nullable Integer patience;

    @Mixin private final LoopOptions loop = new LoopOptions();

    /**
     * Changes what the options name.
     *
     * @throws IllegalArgumentException if a value is out of range, or of no use
     */
    void apply(Recipe.Builder builder) {
        String saved = builder.build().teacher().file();
        if (teacherEpochs != null && saved != null) {
            throw new IllegalArgumentException(
                    "expected no --teacher-epochs with a teacher that was trained before, found them with "
                            + saved);
        }
        builder.teacher(
                teacher -> teacher.with(changed(teacher.training().plan(), teacherEpochs, null)));
        builder.student(
                student ->
                        new StudentSettings(
                                student.network(),
                                changed(student.training().plan(), epochs, learningRate)));
    }

    private TrainingSettings changed(
            TrainingPlan base, @Nullable Integer newEpochs, @Nullable Float peakRate) {
        TrainingPlan plan = newEpochs == null ? base : base.withEpochs(newEpochs);
        plan = batchSize == null ? plan : plan.withBatchSize(batchSize);
        plan = clipNorm == null ? plan : plan.withClipNorm(clipNorm);
        plan = patience == null ? plan : plan.withPatience(patience);
        return TrainingSettings.of(loop.change(plan, peakRate));
    }
}
