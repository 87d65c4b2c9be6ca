package dev.retort.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.RecipeFile;
import dev.retort.distill.report.ReportFiles;
import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a folder of checkpoints says of the run that they are of: its recipe, as it was with all
 * options and hashes, what is no part of a recipe, and once it is finished, where its report is.
 * The trainings are in files of their own, which know themselves what they are of; so a run whose
 * files here are lost can be started again in the same folder.
 *
 * @param path the folder
 */
record RunFolder(Path path) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Not the name of a result's own recipe, which the folder may hold too. */
    private static final String RECIPE_FILE = "command-recipe.json";

    private static final String COMMAND_FILE = "command.json";
    private static final String FINISHED_FILE = "finished.json";

    /** One of the files is not as it was written. */
    private static final class DamagedFileException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedFileException(Path file, String remedy) {
            super(
                    "expected what a run with --checkpoint wrote in %s, found a file that was cut short or changed: %s"
                            .formatted(file, remedy));
        }
    }

    /**
     * Whether a run is here to go on with, or one that is finished.
     *
     * @throws IOException if a file cannot be read
     */
    boolean holdsRun() throws IOException {
        if (Files.exists(path.resolve(FINISHED_FILE))) {
            return true;
        }
        if (missing().isPresent()) {
            return false;
        }
        try {
            arguments();
            recipe();
            return true;
        } catch (DamagedFileException _) {
            return false;
        }
    }

    /** Whether it is the output folder of another run, which has ended. */
    boolean holdsReport() {
        return Files.exists(path.resolve(ReportFiles.FIGURES));
    }

    /**
     * What a run to go on with needs and is not here, and how to do without it.
     *
     * @throws IOException if a file cannot be read
     */
    Optional<String> missing() throws IOException {
        for (String name : List.of(COMMAND_FILE, RECIPE_FILE)) {
            if (!Files.isRegularFile(path.resolve(name))) {
                return Optional.of("no %s in %s: %s".formatted(name, path, again()));
            }
        }
        return Optional.empty();
    }

    /** How a run goes on of which not all is known any more. */
    private String again() throws IOException {
        String start =
                holdsRecipe()
                        ? "start the run again by `%s` with a new folder for --out, and with what else it had that is no part of a recipe, such as --export"
                                .formatted(command())
                        : "start the run again with its own options, --checkpoint in place of --resume and a new folder for --out";
        return "%s; it goes on from the trainings that were saved in %s, if there are any"
                .formatted(start, path);
    }

    /** What starts a run of the recipe that is here. */
    private String command() {
        return "./retort distill --recipe %s --checkpoint %s --out ..."
                .formatted(path.resolve(RECIPE_FILE), path);
    }

    /** What says which run is here, for a person who is to delete it. */
    String files() {
        return "%s and %s in %s".formatted(COMMAND_FILE, RECIPE_FILE, path);
    }

    /**
     * The options that are no part of the recipe.
     *
     * @throws IOException if the file is damaged, with how to do without it, or cannot be read
     */
    List<String> arguments() throws IOException {
        Optional<String[]> found = read(COMMAND_FILE, String[].class);
        if (found.isEmpty()) {
            throw new DamagedFileException(path.resolve(COMMAND_FILE), again());
        }
        return List.of(found.get());
    }

    /**
     * The file with the recipe, which may be one of another version that this one cannot use.
     *
     * @throws IOException if the file is damaged, with how to do without it, or cannot be read
     */
    Path recipe() throws IOException {
        Path file = path.resolve(RECIPE_FILE);
        if (!holdsRecipe()) {
            throw new DamagedFileException(file, again());
        }
        return file;
    }

    /**
     * What tells the run from others: two of one recipe come to the same.
     *
     * @throws IOException if the recipe cannot be read
     */
    String id() throws IOException {
        return Fingerprint.of(path.resolve(RECIPE_FILE)).hex();
    }

    /** Whether the recipe is here and is not damaged. */
    private boolean holdsRecipe() throws IOException {
        return Files.isRegularFile(path.resolve(RECIPE_FILE))
                && read(RECIPE_FILE, ObjectNode.class).isPresent();
    }

    /**
     * Refuses another recipe than the one that is here, if one is.
     *
     * @param recipe what a run is to do, with hashes and threads
     * @throws IllegalArgumentException if it is another one, or the one that is here is of another
     *     version
     * @throws IOException if the file cannot be read
     */
    void requireRecipe(Recipe recipe) throws IOException {
        if (!holdsRecipe()) {
            return;
        }
        Path file = path.resolve(RECIPE_FILE);
        Optional<String> difference =
                difference(JSON.valueToTree(RecipeFile.read(file)), JSON.valueToTree(recipe), "");
        if (difference.isPresent()) {
            throw new IllegalArgumentException(
                    "expected the run that is in %s, with %s: start it by `%s`, name another folder with --checkpoint, or delete %s if that run was started by mistake"
                            .formatted(path, difference.get(), command(), file));
        }
    }

    /** The first key whose values differ, and both of them. */
    private static Optional<String> difference(JsonNode here, JsonNode given, String key) {
        if (here.equals(given)) {
            return Optional.empty();
        }
        if (!here.isObject() || !given.isObject()) {
            return Optional.of("%s %s, found %s".formatted(key, words(here), words(given)));
        }
        Set<String> names = new LinkedHashSet<>();
        here.fieldNames().forEachRemaining(names::add);
        given.fieldNames().forEachRemaining(names::add);
        return names.stream()
                .map(
                        name ->
                                difference(
                                        here.path(name),
                                        given.path(name),
                                        key.isEmpty() ? name : key + "." + name))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String words(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "none";
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /**
     * Where the report of a finished run is.
     *
     * @throws IOException if the file is damaged or cannot be read
     */
    Optional<String> report() throws IOException {
        Path file = path.resolve(FINISHED_FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<String> report = read(FINISHED_FILE, String.class);
        if (report.isEmpty()) {
            throw new DamagedFileException(
                    file, "delete it, and --resume %s writes the report once more".formatted(path));
        }
        return report;
    }

    /** Reads what this class wrote; empty if it is damaged. */
    private <T> Optional<T> read(String name, Class<T> type) throws IOException {
        try {
            T found = JSON.readValue(Files.readAllBytes(path.resolve(name)), type);
            boolean hasGap = found instanceof Object[] all && Arrays.asList(all).contains(null);
            return hasGap ? Optional.empty() : Optional.ofNullable(found);
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    /**
     * Stores what a run is. A recipe that is here is {@linkplain #requireRecipe the same} and
     * stays.
     *
     * @return whether the recipe was written, as none was here or a damaged one
     * @throws IOException if it cannot be written
     */
    boolean write(Recipe recipe, List<String> arguments) throws IOException {
        // The recipe last: alone it would bind whoever starts again, and the options bind nobody.
        AtomicFile.write(
                path.resolve(COMMAND_FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(arguments));
        if (holdsRecipe()) {
            return false;
        }
        RecipeFile.write(recipe, path.resolve(RECIPE_FILE));
        return true;
    }

    /**
     * Takes back what a run is that has no business here.
     *
     * @param withRecipe whether the recipe is its own
     * @throws IOException if it cannot be deleted
     */
    void forget(boolean withRecipe) throws IOException {
        if (withRecipe) {
            Files.deleteIfExists(path.resolve(RECIPE_FILE));
        }
        Files.deleteIfExists(path.resolve(COMMAND_FILE));
    }

    /**
     * The run is over with all that it was to write.
     *
     * @param report its page
     * @throws IOException if that cannot be noted
     */
    void finish(Path report) throws IOException {
        AtomicFile.write(
                path.resolve(FINISHED_FILE),
                JSON.writeValueAsBytes(report.toAbsolutePath().toString()));
    }
}
