package dev.retort.examples;

import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.recipe.HintSettings;
import dev.retort.distill.recipe.Recipe;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.List;

/** The options of a command that choose what a layer of the student learns from the teacher. */
final class FeatureOptions {
    @Option(
            names = "--feature-loss",
            paramLabel = "NAME",
            converter = LossOptions.FeatureConverter.class,
            completionCandidates = LossOptions.FeatureNames.class,
            description =
                    "Loss between a layer of the student and one of the teacher beside that, one of"
                            + " ${COMPLETION-CANDIDATES}; default none.")
    private @Nullable FeatureLossKind featureLoss;

    @Option(
            names = "--feature-weight",
            paramLabel = "W",
            description = "Weight of the loss between layers; default that of its authors.")
    private @Nullable Double featureWeight;

    @Option(
            names = "--student-tap",
            paramLabel = "PATH",
            description =
                    "Layer of the student for --feature-loss, as --taps lists it; default what the last"
                            + " layer is given.")
    private @Nullable String studentTap;

    @Option(names = "--teacher-tap", paramLabel = "PATH", description = "The same for the teacher.")
    private @Nullable String teacherTap;

    /**
     * Changes what the options name.
     *
     * @throws IllegalArgumentException if an option has no meaning without another
     */
    void apply(Recipe.Builder builder) {
        if (featureLoss != null) {
            builder.hints(
                    List.of(
                            new HintSettings(
                                    featureLoss.label(), studentTap, teacherTap, featureWeight)));
        } else if (featureWeight != null || studentTap != null || teacherTap != null) {
            throw new IllegalArgumentException(
                    "expected --feature-loss with --feature-weight, --student-tap or"
                            + " --teacher-tap, found none");
        }
    }
}
