package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.ModelFiles;
import dev.retort.distill.Networks;
import dev.retort.distill.design.DesignReport;

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
    void aLastBatchThatIsTooSmallIsFoundBeforeAnythingIsTimed() throws IOException {
        Files.createFile(folder.resolve("teacher.params"));
        Path recipe =
                Files.writeString(
                        folder.resolve("pairs.yaml"),
                        "base: digits\nloss: {kind: dist}\nstudent: {training: {batchSize: 53}}\n");
        assertRefused(
                2,
                "expected at least 2 samples in each batch for the loss dist, found 1 in the last:"
                        + " 1167 samples in batches of 53",
                "--recipe=" + recipe,
                "--out=" + folder.resolve("page.html"));
    }

    /** Saves a teacher that was never trained, and runs the command with it. */
    private int design(int classes, StringWriter out, String... more) throws IOException {
        try (Model model = Model.newInstance("teacher")) {
            Block block = Networks.mlp(new int[] {8}, classes);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            model.setBlock(block);
            ModelFiles.save(model, folder, "teacher");
        }
        Path recipe =
                Files.writeString(
                        folder.resolve("short.yaml"),
                        """
                        base: digits
                        teacher: {network: {kind: mlp, hidden: [8]}}
                        student: {training: {epochs: 1}}
                        """);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "distill",
                                "design",
                                "--teacher=" + folder.resolve("teacher-0000.params"),
                                "--recipe=" + recipe,
                                "--scale=0.5",
                                "--cache=" + folder.resolve("outputs")));
        arguments.addAll(List.of(more));
        if (arguments.stream().noneMatch(option -> option.startsWith("--out="))) {
            arguments.add("--out=" + folder.resolve("page.html"));
        }
        return Retort.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    /** The teacher says what it does of all samples, as in {@code distill}. */
    @Test
    void theStudentsOfFewLabelsHaveTheTeachersOutputsOnAllSamples() throws IOException {
        StringWriter out = new StringWriter();
        assertEquals(0, design(10, out, "--labels=100"), err.toString());
        assertTrue(out.toString().contains("1167 teacher outputs asked for"), out.toString());
        assertTrue(out.toString().contains(DesignReport.REQUEST), out.toString());
    }

    @Test
    void thatNoStudentFitsIsSaid() throws IOException {
        StringWriter out = new StringWriter();
        assertEquals(0, design(10, out, "--bytes=10"), err.toString());
        assertTrue(out.toString().contains("No student fits the limits"), out.toString());
        assertTrue(
                Files.readString(folder.resolve("page.html"))
                        .contains("No student fits the limits"));
    }

    @Test
    void fewerLabelsThanClassesAreRefused() throws IOException {
        Files.createFile(folder.resolve("teacher.params"));
        assertRefused(
                2,
                "expected from 10 (one a class) to 1167 labels, found 5",
                "--labels=5",
                "--out=" + folder.resolve("page.html"));
    }

    @Test
    void aTimeIsAboveZeroInTheUnitOfItsOption() throws IOException {
        Files.createFile(folder.resolve("teacher.params"));
        for (String time : List.of("0", "-1", "NaN", "Infinity", "1e-9")) {
            assertRefused(
                    2,
                    "expected --p95 of at least 0.001 microseconds, found " + Double.valueOf(time),
                    "--p95=" + time,
                    "--out=" + folder.resolve("page.html"));
        }
    }

    /** The name of the page is just short enough, that of the file which is moved there is not. */
    @Test
    void aPageThatCannotBeWrittenIsNamedOnceAfterTheTable() throws IOException {
        Path page = folder.resolve("p".repeat(254));
        StringWriter out = new StringWriter();
        assertEquals(1, design(10, out, "--bytes=10", "--out=" + page));
        assertEquals("retort: " + page + ": File name too long", err.toString().strip());
        assertTrue(out.toString().contains("validation"), out.toString());
    }

    /** A folder that exists, and in which nobody can make a file. */
    @Test
    void thePageIsTriedBeforeTheTraining() {
        assertRefused(
                2,
                "expected a file that can be written for --out, found /proc/x.html",
                "--out=/proc/x.html");
    }

    @Test
    void aTeacherOfOtherClassesIsNamedInASentence() throws IOException {
        assertEquals(1, design(5, new StringWriter()));
        assertEquals(
                List.of("retort: expected a teacher of 10 classes, found teacher (Retort) with 5"),
                err.toString().lines().toList());
    }

    @Test
    void saysHowStoredOutputsCompareWithTheTeacher() throws IOException {
        StringWriter out = new StringWriter();
        assertEquals(0, design(10, out), err.toString());
        assertTrue(
                out.toString()
                        .contains(
                                "1167 teacher outputs asked for; drift of 64 outputs against the"
                                        + " teacher: mean "),
                out.toString());
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
