package dev.retort.examples;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The options of a command that say how often a study is repeated. */
final class SeedOptions {
    @Option(
            names = "--seeds",
            paramLabel = "K",
            description = "How many paired seeds to run; default 5 for digits, else 1.")
    private @Nullable Integer seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The first seed; default ${DEFAULT-VALUE}.")
    private long seed;

    /**
     * How many seeds.
     *
     * @throws IllegalArgumentException if there is none
     */
    int count(Recipe recipe) {
        return Counts.atLeastOne("--seeds", seeds == null ? recipe.defaultSeeds() : seeds);
    }

    long first() {
        return seed;
    }
}
