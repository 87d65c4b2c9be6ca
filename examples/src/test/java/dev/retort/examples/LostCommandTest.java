package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertTrue(out.toString().contains(" s, since it was resumed"), out.toString());
        assertEquals(0, run("distill", "--resume=" + saved), err.toString());
        assertTrue(out.toString().contains("is finished; its report is " + once), out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "command.json, 12",
        "command.json, 0",
        "command-recipe.json, 100",
        "command-recipe.json, 0"
    })
    void isStartedAgainWithItsOwnOptionsWhereAFileIsCutShort(String name, int length)
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
        assertTrue(said.contains("start the run again with its own options"), said);
        assertGoesOn();
    }

    @Test
    void isStartedAgainWithItsOwnOptionsWhereAFileIsGone() throws IOException {
        Files.delete(saved.resolve("command-recipe.json"));
        assertEquals(2, run("distill", "--resume=" + saved));
        assertGoesOn();
    }

    @Test
    void isNotMixedWithARunOfOtherOptions() throws IOException {
        Files.writeString(saved.resolve("command.json"), "[");
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
