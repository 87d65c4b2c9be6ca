package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.RecipeFile;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What a run that goes on takes its settings from. */
class ResumedRecipeTest extends DistillRuns {
    private static final String RECIPE =
            """
            base: digits
            teacher: {network: {kind: mlp, hidden: [8]}, training: {epochs: 2}}
            student: {training: {epochs: %d}}
            study: {seeds: 1}
            cache: {folder: outputs, type: fp16}
            """;

    @Test
    void itIsTheRecipeOfItsStartWhateverBecameOfTheFile() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Path checkpoints = folder.resolve("checkpoints");
        Path results = folder.resolve("results");
        Files.writeString(file, RECIPE.formatted(1));
        assertEquals(
                0,
                run(
                        "distill",
                        "--recipe=" + file,
                        "--labels=100",
                        "--progress=none",
                        "--checkpoint=" + checkpoints,
                        "--checkpoint-every=10",
                        "--out=" + results),
                err.toString());
        Recipe first = RecipeFile.read(results.resolve("recipe.json"));
        assertEquals(first, RecipeFile.read(checkpoints.resolve("command-recipe.json")));
        assertEquals(1, first.student().training().epochs());
        assertEquals(
                Set.of("--progress=none", "--checkpoint-every=10", "--out=" + results),
                new ObjectMapper()
                        .readValue(
                                checkpoints.resolve("command.json").toFile(),
                                new TypeReference<Set<String>>() {}));
        // As if it had been killed before its report.
        Files.delete(checkpoints.resolve("finished.json"));
        Files.delete(results.resolve("recipe.json"));
        Files.writeString(file, RECIPE.formatted(3));
        assertEquals(0, run("distill", "--resume=" + checkpoints), err.toString());
        assertEquals(first, RecipeFile.read(results.resolve("recipe.json")));
        Files.delete(checkpoints.resolve("finished.json"));
        Files.delete(results.resolve("recipe.json"));
        Files.delete(file);
        // What is shown, and when is saved, may be another way.
        assertEquals(
                0,
                run(
                        "distill",
                        "--resume=" + checkpoints,
                        "--progress=plain",
                        "--checkpoint-every=1h"),
                err.toString());
        assertEquals(first, RecipeFile.read(results.resolve("recipe.json")));
    }

    /** Of a run that was killed in its preflight the lock is there alone. */
    @Test
    void ofARunThatSavedNothingItIsSaidHowToStartItAgain() throws IOException {
        Files.createFile(folder.resolve(".lock"));
        assertEquals(2, run("distill", "--resume=" + folder));
        assertTrue(
                err.toString()
                        .contains(
                                "found no command.json in %1$s: start the run again with its own options, --checkpoint in place of --resume and a new folder for --out; it goes on from the trainings that were saved in %1$s, if there are any"
                                        .formatted(folder)),
                err.toString());
        assertEquals(
                0,
                run(
                        "distill",
                        "--seeds=1",
                        "--epochs=1",
                        "--teacher-epochs=1",
                        "--progress=none",
                        "--checkpoint=" + folder,
                        "--out=" + folder.resolve("made")),
                err.toString());
    }

    @Test
    void aFolderWithoutItIsRefused() throws IOException {
        Files.writeString(folder.resolve("command.json"), "[]");
        assertEquals(2, run("distill", "--resume=" + folder));
        assertTrue(
                err.toString()
                        .contains(
                                "expected the folder of a run that was started with --checkpoint,"
                                        + " found no command-recipe.json in "
                                        + folder
                                        + ": start the run again with its own options"),
                err.toString());
    }
}
