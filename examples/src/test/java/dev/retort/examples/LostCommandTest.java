package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A run whose checkpoints are there, and what it was started with is not. */
class LostCommandTest extends DistillRuns {
    private static final String[] RUN = {
        "distill", "--seeds=1", "--teacher-epochs=1", "--progress=none"
    };

    private Path saved;
    private Path made;

    /** As if it had been killed before its report. */
    @BeforeEach
    void begin() throws IOException {
        saved = folder.resolve("saved");
        made = folder.resolve("made");
        assertEquals(0, start("--epochs=1", "--out=" + made), err.toString());
        assertFalse(out.toString().contains("since it was resumed"), out.toString());
        Files.delete(saved.resolve("finished.json"));
        out.getBuffer().setLength(0);
    }

    private int start(String... more) {
        return run(with(with(RUN, "--checkpoint=" + saved), more));
    }

    /** Of the trainings, which are not made once more where they are gone on from. */
    private List<Path> checkpoints() throws IOException {
        try (Stream<Path> all = Files.walk(saved)) {
            return all.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
        }
    }

    private void assertGoesOn() throws IOException {
        List<Path> before = checkpoints();
        Path once = folder.resolve("once");
        assertEquals(0, start("--epochs=1", "--out=" + once), err.toString());
        assertEquals(before, checkpoints());
        assertEquals(accuracies(report(made)), accuracies(report(once)));
        assertTrue(out.toString().contains(", since it was resumed"), out.toString());
        assertEquals(0, run("distill", "--resume=" + saved), err.toString());
        assertTrue(out.toString().contains("is finished; its report is " + once), out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "command.json, 12, start the run again by `./retort distill --recipe ",
        "command.json, 0, start the run again by `./retort distill --recipe ",
        "command-recipe.json, 100, start the run again with its own options",
        "command-recipe.json, 0, start the run again with its own options"
    })
    void isStartedAgainWithItsOwnOptionsWhereAFileIsCutShort(String name, int length, String remedy)
            throws IOException {
        Path file = saved.resolve(name);
        Files.writeString(file, Files.readString(file).substring(0, length));
        assertEquals(1, run("distill", "--resume=" + saved));
        String said = err.toString();
        assertTrue(
                said.startsWith(
                        "retort: expected what a run with --checkpoint wrote in %s, found a file that was cut short or changed"
                                .formatted(file)),
                said);
        assertTrue(said.contains(remedy), said);
        assertGoesOn();
    }

    @Test
    void isStartedAgainWithItsOwnOptionsWhereAFileIsGone() throws IOException {
        Files.delete(saved.resolve("command-recipe.json"));
        assertEquals(2, run("distill", "--resume=" + saved));
        assertGoesOn();
    }

    @Test
    void isStartedAgainByItsRecipeWhereTheOptionsAreLost() throws IOException {
        Path recipe = saved.resolve("command-recipe.json");
        byte[] stored = Files.readAllBytes(recipe);
        Files.delete(saved.resolve("command.json"));
        assertEquals(2, run("distill", "--resume=" + saved));
        assertTrue(
                err.toString()
                        .contains(
                                "found no command.json in %1$s: start the run again by `./retort distill --recipe %2$s --checkpoint %1$s --out ...` with a new folder for --out, and with what else it had that is no part of a recipe, such as --export; it goes on from the trainings that were saved in %1$s, if there are any"
                                        .formatted(saved, recipe)),
                err.toString());
        List<Path> before = checkpoints();
        Path once = folder.resolve("once");
        String[] again = {
            "distill",
            "--recipe=" + recipe,
            "--checkpoint=" + saved,
            "--out=" + once,
            "--progress=none"
        };
        assertEquals(0, run(again), err.toString());
        assertEquals(before, checkpoints());
        assertEquals(accuracies(report(made)), accuracies(report(once)));
        assertArrayEquals(stored, Files.readAllBytes(recipe));
    }

    /** It is the only record of what the run was started with. */
    @Test
    void aRecipeThatReadsIsNotReplacedByThatOfAnotherRun() throws IOException {
        Path recipe = saved.resolve("command-recipe.json");
        byte[] stored = Files.readAllBytes(recipe);
        Files.writeString(saved.resolve("command.json"), "[");
        List<Path> before = checkpoints();
        assertEquals(2, start("--epochs=2", "--out=" + folder.resolve("other")));
        assertEquals(
                List.of(
                        "retort: expected the run that is in %1$s, with student.training.epochs 1, found 2: start it by `./retort distill --recipe %2$s --checkpoint %1$s --out ...`, name another folder with --checkpoint, or delete %2$s if that run was started by mistake"
                                .formatted(saved, recipe),
                        "Try: ./retort distill --help"),
                err.toString().lines().toList());
        assertArrayEquals(stored, Files.readAllBytes(recipe));
        assertEquals("[", Files.readString(saved.resolve("command.json")));
        assertTrue(Files.notExists(folder.resolve("other")));
        assertEquals(before, checkpoints());
        assertGoesOn();
        assertArrayEquals(stored, Files.readAllBytes(recipe));
    }

    /** It was killed after it had stored what it is. */
    @Test
    void aRunThatWasStartedByMistakeCanBeTakenBack() throws IOException {
        Path recipe = saved.resolve("command-recipe.json");
        JsonMapper json = new JsonMapper();
        JsonNode other = json.readTree(Files.readString(recipe));
        ((ObjectNode) other.at("/student/training")).put("epochs", 2);
        json.writeValue(recipe.toFile(), other);
        new OutputFolder(made, false).own(new RunFolder(saved).id());
        assertEquals(1, run("distill", "--resume=" + saved));
        String said = err.toString();
        assertTrue(
                said.contains(
                        "; if the run that goes on was started by mistake, delete command.json and command-recipe.json in %s, and start again with the options that the trainings had, --checkpoint and a new folder for --out"
                                .formatted(saved)),
                said);
        assertEquals(1, said.lines().count(), said);
        Files.delete(saved.resolve("command.json"));
        Files.delete(recipe);
        assertGoesOn();
    }

    @Test
    void aRecipeOfAnotherVersionIsRefusedAsSuch() throws IOException {
        Path recipe = saved.resolve("command-recipe.json");
        String text = Files.readString(recipe);
        String later = text.replaceFirst("\\{", "{\"colour\": 1,");
        Files.writeString(recipe, later);
        assertEquals(2, run("distill", "--resume=" + saved));
        assertTrue(err.toString().contains("found colour"), err.toString());
        assertFalse(err.toString().contains("cut short"), err.toString());
        err.getBuffer().setLength(0);
        Files.delete(saved.resolve("command.json"));
        assertEquals(2, start("--epochs=1", "--out=" + folder.resolve("other")));
        assertTrue(err.toString().contains("found colour"), err.toString());
        assertEquals(later, Files.readString(recipe));
    }

    @Test
    void isNotMixedWithARunOfOtherOptions() throws IOException {
        Path recipe = saved.resolve("command-recipe.json");
        Files.writeString(recipe, "{");
        List<Path> before = checkpoints();
        assertEquals(1, start("--epochs=2", "--out=" + folder.resolve("other")));
        String said = err.toString();
        assertTrue(said.contains("expected a checkpoint of a training with the "), said);
        assertTrue(
                said.contains(
                        "; start the run again with the options that it had then, or name another folder with --checkpoint"),
                said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(Files.notExists(folder.resolve("other")));
        assertEquals(before, checkpoints());
        // What it stored of itself would bind the right one.
        assertTrue(Files.notExists(saved.resolve("command.json")));
        assertTrue(Files.notExists(recipe));
        assertGoesOn();
    }

    /** And --verbose reaches the run that goes on. */
    @Test
    void aTrainingWithoutAnIntactCheckpointIsNamedAtOnce() throws IOException {
        for (Path checkpoint : checkpoints()) {
            if (checkpoint.toString().contains("student-distilled")) {
                Files.write(checkpoint, new byte[9]);
            }
        }
        assertEquals(1, run("distill", "--resume=" + saved, "--verbose"));
        List<String> said = err.toString().lines().toList();
        assertTrue(
                said.getFirst()
                        .startsWith(
                                "retort: expected an intact checkpoint in "
                                        + saved.resolve("seed-1/student-distilled")),
                err.toString());
        assertTrue(said.stream().anyMatch(line -> line.startsWith("\tat ")), err.toString());
    }
}
