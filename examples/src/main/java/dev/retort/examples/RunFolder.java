package dev.retort.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.RecipeFile;
import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

        DamagedFileException(Path file, String why, String remedy) {
            super(
                    "expected what a run with --checkpoint wrote in %s, found a file that was cut short or changed%s: %s"
                            .formatted(file, why, remedy));
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

    /** What a run to go on with needs and is not here, and how to do without it. */
    Optional<String> missing() {
        return Stream.of(COMMAND_FILE, RECIPE_FILE)
                .filter(name -> !Files.isRegularFile(path.resolve(name)))
                .map(name -> "no %s in %s: %s".formatted(name, path, again()))
                .findFirst();
    }

    /** How a run goes on that is not known any more. */
    private String again() {
        return "start the run again with its own options, --checkpoint in place of --resume and a new folder for --out; it goes on from the trainings that were saved in %s, if there are any"
                .formatted(path);
    }

    /**
     * The options that are no part of the recipe.
     *
     * @throws IOException if the file is damaged, with how to do without it, or cannot be read
     */
    List<String> arguments() throws IOException {
        return List.of(
                read(COMMAND_FILE, String[].class)
                        .orElseThrow(
                                () ->
                                        new DamagedFileException(
                                                path.resolve(COMMAND_FILE), "", again())));
    }

    /**
     * The file with the recipe.
     *
     * @throws IOException if the file is damaged, with how to do without it, or cannot be read
     */
    Path recipe() throws IOException {
        Path file = path.resolve(RECIPE_FILE);
        try {
            RecipeFile.read(file);
        } catch (IllegalArgumentException e) {
            IOException damaged =
                    new DamagedFileException(file, " (%s)".formatted(e.getMessage()), again());
            damaged.initCause(e);
            throw damaged;
        }
        return file;
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
                    file,
                    "",
                    "delete it, and --resume %s writes the report once more".formatted(path));
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
     * Stores what a run is.
     *
     * @throws IOException if it cannot be written
     */
    void write(Recipe recipe, List<String> arguments) throws IOException {
        RecipeFile.write(recipe, path.resolve(RECIPE_FILE));
        AtomicFile.write(
                path.resolve(COMMAND_FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(arguments));
    }

    /**
     * Takes back what a run is that has no business here.
     *
     * @throws IOException if it cannot be deleted
     */
    void forget() throws IOException {
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
