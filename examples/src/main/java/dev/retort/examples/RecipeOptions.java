package dev.retort.examples;

import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.RecipeException;
import dev.retort.distill.recipe.RecipeFile;
import dev.retort.distill.recipe.Recipes;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Collectors;

/** The options of a command that choose what all other settings start from, and its data. */
final class RecipeOptions {
    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            completionCandidates = Names.class,
            defaultValue = "digits",
            description =
                    "One of ${COMPLETION-CANDIDATES}, or a file, JSON or YAML, such as the recipe.json"
                            + " that each run leaves; default ${DEFAULT-VALUE}. Other options change"
                            + " it.")
    private String recipe;

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

    /**
     * The recipe as it stands in the file.
     *
     * @throws RecipeException if there is none of this name, or the file is none
     * @throws IOException if the file cannot be read
     */
    Recipe read() throws IOException {
        Optional<Recipe> named = Recipes.named(recipe);
        if (named.isPresent()) {
            return named.get();
        }
        Path file = Path.of(recipe);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "expected a recipe of %s, or a file, found %s"
                            .formatted(
                                    Recipes.all().stream()
                                            .map(Recipe::name)
                                            .collect(Collectors.joining(" or ")),
                                    recipe));
        }
        return RecipeFile.read(file);
    }

    /** Changes what the options name. */
    void apply(Recipe.Builder builder) {
        if (data != null) {
            String folder = data.toString();
            builder.data(settings -> settings.withFolder(folder));
        }
        if (labels != null) {
            int count = labels;
            builder.data(settings -> settings.withLabels(count));
        }
    }

    /** The names for the help text. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            Recipes.all().forEach(recipe -> add(recipe.name()));
        }
    }
}
