package dev.retort.examples;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The options of a command that say what it computes with. */
final class EngineOptions {
    @Option(
            names = "--engine",
            paramLabel = "NAME",
            converter = EngineChoice.Converter.class,
            completionCandidates = EngineChoice.Names.class,
            defaultValue = "Retort",
            description = "DJL engine, one of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private EngineChoice engine;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of an engine operation; default 1 for digits, else all cores.")
    private @Nullable Integer threads;

    /**
     * Makes the engine DJL's default one. Called before the first use of DJL.
     *
     * @throws IllegalArgumentException if there are not so many cores
     */
    void select(Recipe recipe) {
        engine.select(threads(recipe));
    }

    private int threads(Recipe recipe) {
        int count =
                Counts.atLeastOne("--threads", threads == null ? recipe.defaultThreads() : threads);
        int cores = Runtime.getRuntime().availableProcessors();
        if (count > cores) {
            throw new IllegalArgumentException(
                    "expected --threads of at most %d, the cores of this machine, found %d"
                            .formatted(cores, count));
        }
        return count;
    }
}
