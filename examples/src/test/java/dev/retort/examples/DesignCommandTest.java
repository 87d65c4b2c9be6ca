package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code retort distill design} refuses what it cannot do before it times anything. */
class DesignCommandTest {
    @TempDir Path folder;

    private final StringWriter err = new StringWriter();

    private void assertRefused(int exit, String expected, String... options) {
        List<String> arguments = new ArrayList<>(List.of("distill", "design"));
        arguments.add("--teacher=" + folder.resolve("teacher.params"));
        arguments.addAll(List.of(options));
        StringWriter out = new StringWriter();
        CommandLine command =
                Retort.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        assertEquals(exit, command.execute(arguments.toArray(String[]::new)));
        assertTrue(err.toString().contains(expected), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void scalesAreFiniteAndAboveZero() {
        for (String scale : List.of("0", "-1", "NaN", "Infinity")) {
            assertRefused(2, "expected a finite --scale above 0, found ", "--scale=" + scale);
        }
    }

    @Test
    void thePageIsAFile() {
        assertRefused(2, "expected a file for --out, found the folder", "--out=" + folder);
    }

    @Test
    void hintsAreNotTrained() throws IOException {
        Path recipe =
                Files.writeString(
                        folder.resolve("hints.yaml"), "base: digits\nhints: [{kind: fitnet}]\n");
        assertRefused(2, "expected no hints for design", "--recipe=" + recipe);
    }

    @Test
    void aMissingTeacherIsNamedFirst() {
        assertRefused(
                2,
                "expected the file of a teacher for --teacher, found no file at "
                        + folder.resolve("teacher.params"),
                "--out=" + folder.resolve("page.html"));
    }

    @Test
    void thePageLiesInAFolderThatCanBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertRefused(
                2,
                "expected a folder that can be made for the file of --out, found " + file,
                "--out=" + file.resolve("page.html"));
    }
}
