package dev.retort.examples;

import dev.retort.distill.recipe.EngineSettings;
import dev.retort.distill.recipe.Recipe;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The options of a command that say what it computes with. */
final class EngineOptions {
    @Option(
            names = "--engine",
            paramLabel = "NAME",
            converter = EngineChoice.Converter.class,
            completionCandidates = EngineChoice.Names.class,
            description = "DJL engine, one of ${COMPLETION-CANDIDATES}; default the recipe's.")
    private @Nullable EngineChoice engine;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Threads of an engine operation; default the recipe's. One without takes all"
                            + " cores.")
    private @Nullable Integer threads;

    /**
     * Changes what the options name.
     *
     * @throws IllegalArgumentException if there is no thread
     */
    void apply(Recipe.Builder builder) {
        EngineSettings settings = builder.build().engine();
        if (threads != null) {
            Counts.atLeastOne("--threads", threads);
        }
        builder.engine(
                new EngineSettings(
                        engine == null ? settings.name() : engine.toString(),
                        threads == null ? settings.threads() : threads));
    }

    /**
     * Makes the engine of a recipe DJL's default one. Called before the first use of DJL.
     *
     * @throws IllegalArgumentException if there is no such engine, or are not so many cores
     */
    static void select(EngineSettings settings) {
        int threads = threads(settings);
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads > cores) {
            throw new IllegalArgumentException(
                    "expected --threads of at most %d, the cores of this machine, found %d"
                            .formatted(cores, threads));
        }
        EngineChoice.of(settings.name()).select(threads);
    }

    /** With the threads that the engine has here, since their number decides the last bits. */
    static EngineSettings pinned(EngineSettings settings) {
        return new EngineSettings(settings.name(), threads(settings));
    }

    private static int threads(EngineSettings settings) {
        Integer wanted = settings.threads();
        return wanted == null ? Runtime.getRuntime().availableProcessors() : wanted;
    }
}
