package dev.retort.examples.text;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.recipe.TrainingSettings;
import dev.retort.distill.text.StaticDistillation;
import dev.retort.distill.train.TrainingPlan;

/**
 * What the recipe for texts does, apart from its files.
 *
 * @param windowLength the most tokens that the encoder is given at once, without special ones
 * @param mostWindows the most windows of a subject or a body
 * @param student how the static embedder is made
 * @param tuning how it is trained
 * @param probe how a classifier is trained
 * @param hidden units of the hidden layer of a classifier
 * @param seed the first seed of the classifiers
 * @param seeds how many classifiers are trained on each kind of embeddings
 * @param timedTexts how many mails are embedded in one round of the timing
 * @param rounds how many rounds are timed, each embedder in turn
 */
record TextSettings(
        int windowLength,
        int mostWindows,
        StaticDistillation student,
        TrainingSettings tuning,
        TrainingSettings probe,
        int hidden,
        long seed,
        int seeds,
        int timedTexts,
        int rounds) {
    /** Checks the numbers; a report that leaves one out would have 0 for it. */
    TextSettings {
        requireNonNull(student, "expected student, found none");
        requireNonNull(tuning, "expected tuning, found none");
        requireNonNull(probe, "expected probe, found none");
        for (int count : new int[] {windowLength, mostWindows, hidden, seeds, timedTexts, rounds}) {
            if (count < 1) {
                throw new IllegalArgumentException("expected counts of at least 1, found " + count);
            }
        }
    }

    /** The settings of the results in the README. */
    static TextSettings usual() {
        return new TextSettings(
                126,
                2,
                StaticDistillation.of(256),
                TrainingSettings.of(TrainingPlan.of(10, 64, 5e-3f)),
                TrainingSettings.of(TrainingPlan.of(30, 64, 1e-3f)),
                128,
                1,
                5,
                60,
                5);
    }

    /** The same with other dimensions of the static embedder. */
    TextSettings withDimensions(int dimensions) {
        return new TextSettings(
                windowLength,
                mostWindows,
                new StaticDistillation(dimensions, student.sif()),
                tuning,
                probe,
                hidden,
                seed,
                seeds,
                timedTexts,
                rounds);
    }

    /** The same with other seeds. */
    TextSettings withSeeds(long first, int count) {
        return new TextSettings(
                windowLength,
                mostWindows,
                student,
                tuning,
                probe,
                hidden,
                first,
                count,
                timedTexts,
                rounds);
    }
}
