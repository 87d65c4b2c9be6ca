package dev.retort.distill.recipe;

import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.recipe.NetworkSettings.Convolutional;
import dev.retort.distill.recipe.NetworkSettings.Mlp;
import dev.retort.distill.recipe.NetworkSettings.Residual;
import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;

import java.util.List;
import java.util.Optional;

/** The recipes that have a name. */
public final class Recipes {
    // Of 450 test samples, where one standard error of an accuracy is 0.8 points.
    private static final double DIGITS_MARGIN_POINTS = 1.5;
    // Of 10,000 test samples, where it is 0.3 points.
    private static final double FASHION_MNIST_MARGIN_POINTS = 0.3;

    private Recipes() {}

    /**
     * UCI's digits: 64 pixels, an MLP of 256 hidden units into one of 16.
     *
     * @return the recipe; a run takes well under a minute
     */
    public static Recipe digits() {
        return new Recipe(
                "digits",
                DataSettings.of("digits"),
                new TeacherSettings(
                        new Mlp(List.of(256)),
                        TrainingSettings.of(TrainingPlan.of(40, 32, 3e-3f)),
                        null,
                        false,
                        null,
                        null,
                        null),
                new StudentSettings(
                        new Mlp(List.of(16)), TrainingSettings.of(TrainingPlan.of(80, 32, 1e-2f))),
                LossSettings.of(Objective.of(LogitLossKind.HINTON)),
                List.of(),
                new StudySettings(1, 10, DIGITS_MARGIN_POINTS, null, null),
                // Matrices as small as these gain nothing from a second thread, and wait for it
                // whenever another process holds its core.
                new EngineSettings("Retort", 1),
                null);
    }

    /**
     * Fashion-MNIST: 28x28 pixels, a residual network into a convolutional one of 106,000
     * parameters. One teacher for all seeds, since its training takes most of the time.
     *
     * @return the recipe; a run takes between one and two hours on two cores
     */
    public static Recipe fashionMnist() {
        TrainingPlan teacher =
                new TrainingPlan(36, 128, LearningRate.cosine(4e-3f, 0.2f), 0.05f, 5, 0, 20, 1, 0);
        return new Recipe(
                "fashion-mnist",
                DataSettings.of("fashion-mnist"),
                new TeacherSettings(
                        new Residual(32, List.of(64, 128)),
                        TrainingSettings.of(teacher),
                        new AugmentationSettings(2, true),
                        true,
                        null,
                        null,
                        null),
                new StudentSettings(
                        new Convolutional(16, 32, 64),
                        TrainingSettings.of(TrainingPlan.of(8, 128, 5e-3f))),
                LossSettings.of(Objective.of(LogitLossKind.HINTON)),
                List.of(),
                new StudySettings(1, 5, FASHION_MNIST_MARGIN_POINTS, null, null),
                new EngineSettings("Retort", null),
                null);
    }

    /**
     * All of them.
     *
     * @return the recipes, the default one first
     */
    public static List<Recipe> all() {
        return List.of(digits(), fashionMnist());
    }

    /**
     * One of them.
     *
     * @param name its name
     * @return the recipe, or empty if none has this name
     */
    public static Optional<Recipe> named(String name) {
        return all().stream().filter(recipe -> recipe.name().equals(name)).findFirst();
    }
}
