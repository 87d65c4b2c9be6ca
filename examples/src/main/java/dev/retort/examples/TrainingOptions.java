package dev.retort.examples;

import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The options of a command that say how teacher and students are trained. */
final class TrainingOptions {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Epochs of the students; default depends on the data set.")
    private @Nullable Integer epochs;

    @Option(
            names = "--teacher-epochs",
            paramLabel = "N",
            description = "Epochs of the teacher; default depends on the data set.")
    private @Nullable Integer teacherEpochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Samples a step; default depends on the data set.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description =
                    "Peak learning rate of the students (warm-up, then cosine); default depends on"
                            + " the data set.")
    private @Nullable Float learningRate;

    @Option(
            names = "--clip-norm",
            paramLabel = "L",
            description = "Largest global norm of the gradients; default 5.")
    private @Nullable Double clipNorm;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description =
                    "Stop after N epochs without a better validation loss; default 0: never stop"
                            + " early.")
    private @Nullable Integer patience;

    /**
     * How the teacher is trained.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    TrainingPlan teacherPlan(Recipe recipe) {
        return common(
                teacherEpochs == null
                        ? recipe.teacherPlan()
                        : recipe.teacherPlan().withEpochs(teacherEpochs));
    }

    /**
     * How both students are trained.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    TrainingPlan studentPlan(Recipe recipe) {
        TrainingPlan plan = recipe.studentPlan();
        plan = epochs == null ? plan : plan.withEpochs(epochs);
        plan = common(plan);
        return learningRate == null
                ? plan
                : plan.withLearningRate(LearningRate.cosine(learningRate, 0.1f));
    }

    private TrainingPlan common(TrainingPlan base) {
        TrainingPlan plan = batchSize == null ? base : base.withBatchSize(batchSize);
        plan = clipNorm == null ? plan : plan.withClipNorm(clipNorm);
        return patience == null ? plan : plan.withPatience(patience);
    }
}
