package dev.retort.examples;

import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.RecipeFile;
import dev.retort.distill.recipe.Recipes;
import dev.retort.distill.report.ReportFiles;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options of a command that choose what all other settings start from, and its data. */
final class RecipeOptions {
    static final String RECIPE = "--recipe";
    private static final int MOST_OF_A_LINE = 48;

    @Option(
            names = RECIPE,
            paramLabel = "NAME|FILE",
            completionCandidates = Names.class,
            defaultValue = "digits",
            description =
                    "One of ${COMPLETION-CANDIDATES}, or a file, JSON or YAML, such as the"
                            + " recipe.json that each run leaves (./retort distill --help lists its"
                            + " keys), or a model of a run, .safetensors or .onnx; default ${DEFAULT-VALUE}. Other options change it.")
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
                    "Labels that the students train on; the teacher trains on all. The validation"
                            + " labels, which only choose the epoch, come on top. Default: all labels.")
    private @Nullable Integer labels;

    /**
     * The recipe as it stands in the file.
     *
     * @throws IllegalArgumentException if there is none of this name, or the file is none
     * @throws IOException if the file cannot be read
     */
    Recipe read() throws IOException {
        Optional<Recipe> named = Recipes.named(recipe);
        if (named.isPresent()) {
            return named.get();
        }
        Path file = Path.of(recipe);
        String expected =
                "expected a recipe of %s, or a file that exists, found "
                        .formatted(String.join(" or ", new Names()));
        if (Files.isDirectory(file)) {
            Path inside = file.resolve(ReportFiles.RECIPE);
            throw new IllegalArgumentException(
                    "%sthe folder %s%s"
                            .formatted(
                                    expected,
                                    recipe,
                                    Files.exists(inside)
                                            ? ": did you mean %s?".formatted(inside)
                                            : ""));
        }
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(expected + recipe);
        }
        return RecipeFile.read(file);
    }

    /** What a recipe file must say, for the help text. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Recipe files, JSON (.json) or YAML (.yaml, .yml):");
        lines.add(
                "  With the key base (%s) the rest may be left out:"
                        .formatted(String.join(" or ", new Names())));
        lines.add("    base: digits");
        lines.add("    student: {training: {epochs: 20}}");
        lines.add("    loss: {kind: dkd}");
        lines.add("  Without it these keys are required:");
        RecipeFile.requiredKeys()
                .forEach(
                        (object, keys) -> {
                            String head = "    %-23s".formatted(object + ":");
                            for (String line : wrapped(keys)) {
                                lines.add(head + line);
                                head = " ".repeat(head.length());
                            }
                        });
        lines.add("  The recipe.json of a run has them all, and the optional ones.");
        lines.add("  data.name is %s.".formatted(String.join(" or ", new Names())));
        lines.add("  Own data, and teachers that are tables or ensembles, are for Java alone:");
        lines.add("  dev.retort.distill.DistillationTask takes them.");
        lines.add("  Paths in a recipe are relative to the folder that it is in.");
        return lines;
    }

    private static List<String> wrapped(List<String> keys) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String key : keys) {
            if (!line.isEmpty() && line.length() + key.length() > MOST_OF_A_LINE) {
                lines.add(line.append(',').toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : ", ").append(key);
        }
        lines.add(line.toString());
        return lines;
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
