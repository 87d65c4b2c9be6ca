package dev.retort.examples;

import dev.retort.distill.data.DataSplit;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** The options of a command that choose the data, and with it the networks. */
final class DataOptions {
    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            converter = Recipe.Converter.class,
            completionCandidates = Recipe.Names.class,
            defaultValue = "digits",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Recipe recipe;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder with the four IDX files of fashion-mnist; without it Debian's folder"
                            + " and then DJL's repository are tried.")
    private @Nullable Path data;

    @Option(
            names = "--labels",
            paramLabel = "N",
            description =
                    "Labels that the students train on; the teacher trains on all. The validation labels,"
                            + " which only choose the epoch, come on top. Default: all labels.")
    private @Nullable Integer labels;

    Recipe recipe() {
        return recipe;
    }

    /**
     * Reads the data, which may mean to download it.
     *
     * @throws IllegalArgumentException if the data set takes no folder
     */
    DataSplit load() {
        return recipe.load(Optional.ofNullable(data));
    }

    OptionalInt labels() {
        return labels == null ? OptionalInt.empty() : OptionalInt.of(labels);
    }
}
