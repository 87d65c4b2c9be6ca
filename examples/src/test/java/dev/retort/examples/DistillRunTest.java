package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.nn.Block;

import dev.retort.distill.Role;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.recipe.LossSettings;
import dev.retort.distill.recipe.RecipeFile;
import dev.retort.distill.recipe.Recipes;
import dev.retort.distill.report.ReportDocument;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What runs of {@code distill} leave and print. */
class DistillRunTest extends DistillRuns {
    private static final String[] SHORT = {
        "distill", "--seeds=1", "--epochs=1", "--teacher-epochs=1", "--progress=none"
    };

    @Test
    void aSmallRunWritesReportAndModelsAndPrintsThreeRoles() throws Exception {
        Path runs = folder.resolve("made/on/the/way");
        int exit =
                run(
                        "distill",
                        "--seeds",
                        "2",
                        "--epochs",
                        "2",
                        "--teacher-epochs",
                        "2",
                        "--progress",
                        "none",
                        "--out",
                        runs.toString());
        assertEquals(0, exit, err.toString());
        assertEquals("", err.toString());
        ReportDocument report = report(runs);
        assertEquals(List.of(1L, 2L), report.seeds().stream().map(s -> s.seed()).toList());
        assertTrue(Files.readString(runs.resolve("report.html")).endsWith("</html>\n"));
        List<String> lines = out.toString().lines().toList();
        // The heads of the tables of results, of calibration and of costs.
        List<String> heads =
                lines.stream()
                        .filter(
                                line ->
                                        Arrays.stream(Role.values())
                                                .allMatch(role -> line.contains(role.label())))
                        .toList();
        assertEquals(3, heads.size(), out.toString());
        for (String head : heads) {
            for (String line : lines.subList(lines.indexOf(head), lines.size())) {
                if (line.isEmpty()) {
                    break;
                }
                assertTrue(line.length() <= 80, line);
            }
        }
        for (String sentence : report.comparison().sentences()) {
            assertTrue(lines.contains(sentence), sentence);
        }
        assertTrue(lines.contains("Report: " + runs.resolve("report.html")), out.toString());
        assertTrue(lines.contains("Models: " + runs), out.toString());
        assertLoads(runs, "teacher", Recipes.digits().teacher().network().network(10));
        assertLoads(runs, "student-distilled", Recipes.digits().student().network().network(10));
    }

    @Test
    void aRunMadeAgainFromItsRecipeGivesTheSameAccuracies() throws Exception {
        Path first = folder.resolve("first");
        assertEquals(
                0,
                run(
                        "distill",
                        "--labels=100",
                        "--seeds=2",
                        "--epochs=2",
                        "--teacher-epochs=2",
                        "--batch-size=64",
                        "--clip-norm=2",
                        "--progress=none",
                        "--out=" + first),
                err.toString());
        Path again = folder.resolve("again");
        assertEquals(
                0,
                run(
                        "distill",
                        "--recipe=" + first.resolve("recipe.json"),
                        "--progress=none",
                        "--out=" + again),
                err.toString());
        ReportDocument one = report(first);
        ReportDocument two = report(again);
        assertEquals(accuracies(one), accuracies(two));
        assertEquals(one.comparison(), two.comparison());
        assertEquals(requireNonNull(one.origin()).recipe(), requireNonNull(two.origin()).recipe());
        Map<String, String> libraries = one.origin().provenance().nativeLibraries();
        assertTrue(
                libraries.keySet().stream().anyMatch(name -> name.startsWith("libtorch")),
                libraries.toString());
    }

    @Test
    void aRunWithCheckpointsSaysWhatTheyCostAndThatItIsFinished() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("short.yaml"),
                        """
                        base: digits
                        teacher: {training: {epochs: 1}}
                        student: {training: {epochs: 1}}
                        study: {seeds: 1}
                        """);
        Path saved = folder.resolve("saved");
        Path made = folder.resolve("made");
        String[] options = {
            "distill",
            "--recipe=" + file,
            "--checkpoint=" + saved,
            "--out=" + made,
            "--progress=none"
        };
        assertEquals(0, run(options), err.toString());
        List<String> rows = out.toString().lines().toList();
        assertTrue(
                rows.stream().anyMatch(row -> row.startsWith("checkpoint save ")), out.toString());
        assertEquals(
                RecipeFile.read(made.resolve("recipe.json")),
                RecipeFile.read(saved.resolve("command-recipe.json")));
        out.getBuffer().setLength(0);
        assertEquals(0, run("distill", "--resume=" + saved), err.toString());
        assertEquals(
                "The run of %s is finished; its report is %s%n"
                        .formatted(saved, made.resolve("report.html")),
                out.toString());
    }

    @Test
    void aTrainingThatDivergesLeavesTheMiniBatchAlone() throws IOException {
        Path made = folder.resolve("made");
        assertEquals(
                1,
                run(
                        "distill",
                        "--out=" + made,
                        "--teacher-epochs=1",
                        "--epochs=1",
                        "--learning-rate=1e30",
                        "--progress=none"));
        assertTrue(err.toString().contains("became NaN"), err.toString());
        try (Stream<Path> files = Files.list(made)) {
            List<Path> kept = files.toList();
            assertEquals(1, kept.size());
            assertTrue(err.toString().contains("kept in " + kept.getFirst()), err.toString());
        }
    }

    /** A folder with something in it is in the way of a file, as a full disk would be. */
    private Path blocked(String name) throws IOException {
        Path made = folder.resolve("made");
        Files.createDirectories(made.resolve(name).resolve("something"));
        return made;
    }

    @Test
    void aModelThatCannotBeSavedCostsNeitherTheResultNorTheOthers() throws IOException {
        Path made = blocked("teacher-0000.params");
        assertEquals(1, run(with(SHORT, "--out=" + made)));
        String said = err.toString();
        assertTrue(said.startsWith("retort: the teacher cannot be saved in " + made), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(out.toString().contains("test accuracy"), out.toString());
        assertTrue(out.toString().contains("Report: " + made), out.toString());
        assertTrue(Files.exists(made.resolve("student-distilled-0000.params")));
        assertEquals(1, report(made).seeds().size());
    }

    @Test
    void whatNeedsNoModelThatIsMissingIsExported() throws IOException {
        Path made = blocked("teacher-0000.params");
        assertEquals(1, run(with(SHORT, "--out=" + made, "--export=onnx,cascade")));
        String said = err.toString();
        assertTrue(said.startsWith("retort: the teacher cannot be saved in " + made), said);
        assertTrue(said.contains("nothing is exported as cascade, and only a run once more"), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(Files.isRegularFile(made.resolve("student.onnx")));
        assertTrue(Files.notExists(made.resolve("cascade.json")));
    }

    @Test
    void thatNothingIsExportedWithoutTheStudentIsSaid() throws IOException {
        Path made = blocked("student-distilled-0000.params");
        assertEquals(1, run(with(SHORT, "--out=" + made, "--export=int8,onnx")));
        String said = err.toString();
        assertTrue(said.startsWith("retort: the student distilled cannot be saved in "), said);
        assertTrue(said.contains("nothing is exported as int8 or onnx, and only a run"), said);
        assertTrue(Files.isRegularFile(made.resolve("teacher-0000.params")));
        assertTrue(Files.notExists(made.resolve("student.onnx")));
    }

    @Test
    void whatIsThereIsSaidWhereAnExportCannotBeWritten() throws IOException {
        Path made = blocked("student.onnx");
        assertEquals(1, run(with(SHORT, "--out=" + made, "--export=onnx")));
        String said = err.toString();
        assertTrue(said.startsWith("retort: models cannot be exported to " + made), said);
        assertTrue(said.contains("; report and models are there, and only a run once more"), said);
        assertTrue(Files.isRegularFile(made.resolve("report.html")));
        assertTrue(Files.isRegularFile(made.resolve("student-distilled-0000.params")));
    }

    @Test
    void modelsThatAreNotThereAreNotSaidToBe() throws IOException {
        Path made = blocked("teacher-0000.params");
        blocked("student.onnx");
        assertEquals(1, run(with(SHORT, "--out=" + made, "--export=onnx")));
        String said = err.toString();
        assertTrue(said.startsWith("retort: the teacher cannot be saved in " + made), said);
        assertTrue(said.contains("; models cannot be exported to " + made), said);
        assertTrue(said.contains("; report and recipe are in " + made), said);
        assertFalse(said.contains("report and models"), said);
        assertEquals(1, said.lines().count(), said);
    }

    @Test
    void aReportThatCannotBeWrittenIsPrintedAndCostsNoModel() throws IOException {
        Path made = blocked("report.html");
        Path saved = folder.resolve("saved");
        assertEquals(1, run(with(SHORT, "--out=" + made, "--checkpoint=" + saved)));
        String said = err.toString();
        assertTrue(said.startsWith("retort: the report cannot be written to " + made), said);
        assertTrue(said.contains("what was saved there stays"), said);
        assertTrue(said.contains("./retort distill --resume " + saved), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(out.toString().contains("test accuracy"), out.toString());
        assertTrue(Files.exists(made.resolve("teacher-0000.params")));
        assertTrue(Files.exists(made.resolve("student-distilled-0000.params")));
        // With room again it is written.
        Files.delete(made.resolve("report.html/something"));
        Files.delete(made.resolve("report.html"));
        assertEquals(0, run("distill", "--resume=" + saved), err.toString());
        assertTrue(Files.isRegularFile(made.resolve("report.html")));
    }

    @Test
    void theLossAndItsSettingsStandInTheReport() throws Exception {
        int exit =
                run(
                        "distill",
                        "--loss",
                        "DKD",
                        "--loss-option",
                        "beta=2,warm-up=0.5",
                        "--temperature",
                        "3",
                        "--standardise",
                        "--seeds=1",
                        "--epochs=1",
                        "--teacher-epochs=1",
                        "--progress=none",
                        "--out=" + folder);
        assertEquals(0, exit, err.toString());
        ReportDocument report = report(folder);
        assertEquals(
                new LossSettings(
                        "dkd",
                        3.0,
                        1.0,
                        1.0,
                        true,
                        Map.of("alpha", 1.0, "beta", 2.0, "warm-up", 0.5)),
                report.task().loss());
        assertTrue(
                Files.readString(folder.resolve("report.html"))
                        .contains(
                                "Loss of the distilled student: decoupled distillation, Zhao et al."
                                        + " 2022, on standardised logits (Sun et al. 2024),"
                                        + " temperature 3.0, alpha 1.0, beta 2.0, warm-up 0.5,"
                                        + " weight 1.0; weight of the labels 1.0."));
    }

    @ParameterizedTest
    @EnumSource(LogitLossKind.class)
    void everyLossTrains(LogitLossKind kind) {
        int exit =
                run(
                        "distill",
                        "--loss=" + kind.label(),
                        "--labels=100",
                        "--seeds=1",
                        "--epochs=1",
                        "--teacher-epochs=1",
                        "--progress=none",
                        "--out=" + folder);
        assertEquals(0, exit, err.toString());
        assertTrue(out.toString().contains("student distilled"), out.toString());
    }

    private static void assertLoads(Path folder, String name, Block block) throws Exception {
        try (Model model = Model.newInstance(name)) {
            model.setBlock(block);
            model.load(folder, name);
            assertTrue(model.getBlock().isInitialized(), name);
        }
    }
}
