package dev.retort.examples;

import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.StudySettings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The options of a command that say how often a study is repeated, and how it is judged. */
final class StudyOptions {
    @Option(
            names = "--seeds",
            paramLabel = "K",
            description = "How many paired seeds to run; default the recipe's.")
    private @Nullable Integer seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The first seed; default the recipe's.")
    private @Nullable Long seed;

    @Option(
            names = "--margin",
            paramLabel = "POINTS",
            description =
                    "Margin of equivalence: where the t-test shows no difference, one that surely is"
                            + " smaller than this is a tie, in points of accuracy; default the recipe's.")
    private @Nullable Double margin;

    @Option(
            names = "--price-hour",
            paramLabel = "P",
            description =
                    "Price of an hour of this machine, for the pay-back in money; default the"
                            + " recipe's.")
    private @Nullable Double pricePerHour;

    @Option(
            names = "--price-kwh",
            paramLabel = "P",
            description =
                    "Price of a kilowatt-hour, where that of the hour does not contain it;"
                            + " default the recipe's.")
    private @Nullable Double pricePerKilowattHour;

    /**
     * Changes what the options name.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    void apply(Recipe.Builder builder) {
        if (seeds != null) {
            Counts.atLeastOne("--seeds", seeds);
        }
        builder.study(
                settings ->
                        new StudySettings(
                                seed == null ? settings.firstSeed() : seed,
                                seeds == null ? settings.seeds() : seeds,
                                margin == null ? settings.marginPoints() : margin,
                                pricePerHour == null ? settings.pricePerHour() : pricePerHour,
                                pricePerKilowattHour == null
                                        ? settings.pricePerKilowattHour()
                                        : pricePerKilowattHour));
    }
}
