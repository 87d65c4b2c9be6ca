package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;

import dev.retort.distill.recipe.Recipes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code retort distill} does with teacher outputs that are stored, and with layers. */
class TransferCommandTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aSecondRunReadsWhatTheTeacherSaid() {
        List<String> common =
                List.of(
                        "distill",
                        "--seeds=1",
                        "--epochs=1",
                        "--teacher-epochs=1",
                        "--progress=plain",
                        "--cache=" + folder.resolve("outputs"));
        for (String option : List.of("--loss=hinton", "--loss=dkd")) {
            List<String> arguments = new ArrayList<>(common);
            arguments.add(option);
            arguments.add("--out=" + folder.resolve(option));
            PrintStream standard = System.err;
            ByteArrayOutputStream shown = new ByteArrayOutputStream();
            System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
            try {
                assertEquals(0, run(arguments.toArray(String[]::new)), err.toString());
            } finally {
                System.setErr(standard);
            }
            String progress = shown.toString(StandardCharsets.UTF_8);
            assertTrue(
                    progress.contains(
                            option.equals("--loss=hinton")
                                    ? "teacher outputs   1167 of 1167 stored, drift "
                                    : "teacher outputs   read from the cache, drift "),
                    progress);
            for (String line : progress.lines().toList()) {
                assertTrue(line.length() < 80, line);
            }
            assertTrue(out.toString().contains("Cache:  " + folder.resolve("outputs")));
        }
    }

    @Test
    void tapsAreListedAndNothingElseIsDone() {
        assertEquals(0, run("distill", "--taps"), err.toString());
        assertEquals(
                List.of(
                        "teacher             shape",
                        "01batchFlatten   (-1, 64)",
                        "02Linear        (-1, 256)",
                        "03ReLU          (-1, 256)",
                        "04Linear         (-1, 10)",
                        "output           (-1, 10)",
                        "",
                        "student            shape",
                        "01batchFlatten  (-1, 64)",
                        "02Linear        (-1, 16)",
                        "03ReLU          (-1, 16)",
                        "04Linear        (-1, 10)",
                        "output          (-1, 10)",
                        ""),
                out.toString().lines().toList());
    }

    @Test
    void aHintStandsInTheReport() throws Exception {
        int exit =
                run(
                        "distill",
                        "--feature-loss=fitnet",
                        "--teacher-tap=02Linear",
                        "--feature-weight=2",
                        "--seeds=1",
                        "--epochs=1",
                        "--teacher-epochs=1",
                        "--progress=none",
                        "--out=" + folder);
        assertEquals(0, exit, err.toString());
        String hint =
                "hints, Romero et al. 2015, input of the last layer of the student against 02Linear"
                        + " of the teacher, weight 2.0";
        assertTrue(Files.readString(folder.resolve("report.json")).contains(hint));
        assertTrue(out.toString().contains(hint), out.toString());
        // A network without a projector reads what was saved.
        try (Model model = Model.newInstance("student-distilled")) {
            model.setBlock(Recipes.digits().student().network().network(10));
            model.load(folder, "student-distilled");
            assertEquals(4, model.getBlock().getParameters().size());
        }
    }

    private int run(String... arguments) {
        CommandLine command = Retort.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }
}
