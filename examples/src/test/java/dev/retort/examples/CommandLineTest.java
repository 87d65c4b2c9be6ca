package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.Role;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.recipe.LossSettings;
import dev.retort.distill.recipe.Recipes;
import dev.retort.distill.report.ReportDocument;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class CommandLineTest {
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void forgetVerbosity() {
        System.clearProperty(LOG_LEVEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "distill --help", "help distill", ""})
    void helpMentionsEveryOption(String arguments) {
        assertEquals(0, run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)));
        assertEquals("", err.toString());
        CommandLine command = Retort.commandLine();
        if (arguments.contains("distill")) {
            command = requireNonNull(command.getSubcommands().get("distill"));
        }
        List<OptionSpec> options = command.getCommandSpec().options();
        assertTrue(options.size() >= 3);
        for (OptionSpec option : options) {
            assertTrue(out.toString().contains(option.longestName()), option.longestName());
        }
    }

    @Test
    void helpNamesTheDataSetsAndTheDefaults() {
        assertEquals(0, run("distill", "--help"));
        String help = out.toString().replaceAll("\\s+", " ");
        assertTrue(help.contains("One of digits, fashion-mnist, or a file, JSON or YAML,"), help);
        assertTrue(help.contains("one of hinton, kl, reverse-kl, jsd,"), help);
        assertTrue(help.contains("default that of the loss, 4 for hinton."), help);
        assertTrue(
                help.contains(
                        "dkd decoupled distillation, Zhao et al. 2022 temperature 4, weights 1 and"
                                + " 1, alpha=1, beta=8, warm-up=0.083"),
                help);
        for (LogitLossKind kind : LogitLossKind.values()) {
            assertTrue(help.contains(kind.label() + " " + kind.description()), kind.label());
        }
        assertFalse(help.contains("${"), help);
    }

    @Test
    void versionIsOneLine() {
        assertEquals(0, run("--version"));
        assertEquals(List.of("retort development"), out.toString().lines().toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--xyz | Unknown option: '--xyz'",
                "surplus | Unmatched argument at index 1: 'surplus'",
                "--seeds many | Invalid value for option '--seeds': 'many' is not an int",
                "--temperature hot | Invalid value for option '--temperature': 'hot' is not a double",
                "--epochs | Missing required parameter for option '--epochs' (N)",
                "--recipe foo | expected a recipe of digits or fashion-mnist, or a file, found foo",
                "--progress loud | Invalid value for option '--progress': expected one of [AUTO, BAR, PLAIN, NONE] (case-insensitive) but was 'loud'",
                "--labels 5 | expected from 10 (one a class) to 1167 labels, found 5",
                "--labels 1168 | expected from 10 (one a class) to 1167 labels, found 1168",
                "--weight 2 | expected a weight of the soft labels from 0 to 1, found 2.0",
                "--weight -0.1 | expected a weight of the soft labels from 0 to 1, found -0.1",
                "--temperature 0 | expected a temperature above 0, found 0.0",
                "--temperature NaN | expected a temperature above 0, found NaN",
                "--loss nst | Invalid value for option '--loss': expected a loss of hinton, kl, reverse-kl, jsd, tvd, mse, dkd, dist, tf-kd, found nst",
                "--loss mse --temperature 4 | expected no temperature with mse, which has none, found 4.0",
                "--loss jsd --loss-option beta=1 | expected a beta above 0 and below 1, found 1.0",
                "--loss dkd --loss-option gamma=1 | expected a setting of dkd, alpha or beta or warm-up, found gamma",
                "--loss-option beta | Value for option option '--loss-option' (NAME=VALUE) should be in KEY=VALUE[,KEY=VALUE]... format but was beta",
                "--loss dist --batch-size 2 | expected at least 2 samples in each batch for the loss dist, found 1 in the last: 1167 samples in batches of 2",
                "--cache-type fp8 | Invalid value for option '--cache-type': expected fp32, fp16 or a number of classes as in top-16, found fp8",
                "--cache-type top-10 | expected fewer classes to keep than the 10 there are, found 10",
                "--no-cache --cache-type fp16 | expected --no-cache without --cache and --cache-type, found --cache-type",
                "--no-cache --cache x | expected --no-cache without --cache and --cache-type, found --cache",
                "--teacher x --teacher-epochs 2 | expected no --teacher-epochs with a teacher that was trained before, found them with x",
                "--teacher x --label-map 1,0 --feature-loss fitnet | expected no label map with a loss between layers, found [1, 0]",
                "--teacher x --label-map 1,0 --export cascade | expected no label map with --export cascade, which asks the teacher as it was saved, found [1, 0]",
                "--student-tap x | expected --feature-loss with --feature-weight, --student-tap or --teacher-tap, found none",
                "--feature-loss fitnet --student-tap x | expected a tap of 01batchFlatten, 02Linear, 03ReLU, 04Linear, output, found x",
                "--feature-loss fitnet --feature-weight -1 | expected a weight of fitnet of at least 0, found -1.0",
                "--feature-loss at | expected maps of shape (batch, channels, height, width) for at, found 03ReLU (-1, 16) and 03ReLU (-1, 256)",
                "--engine mxnet | Invalid value for option '--engine': expected Retort or PyTorch, found mxnet",
                "--seeds 0 | expected --seeds of at least 1, found 0",
                "--schedule fast | Invalid value for option '--schedule': expected one of constant, cosine, linear, one-cycle, step, found fast",
                "--accumulate 33 | expected a batch of 32 to be split into 1 to 32 parts, found 33",
                "--ema 1 | expected a decay of the moving average of at least 0 and below 1, found 1.0",
                "--checkpoint-every 0 | Invalid value for option '--checkpoint-every': expected a number of steps, or of seconds, minutes or hours such as 30s, 5m or 1h, found 0",
                "--checkpoint-every 5 | expected --checkpoint with --checkpoint-every, found none",
                "--resume nowhere | expected the folder of a run that was started with --checkpoint, found no command.json in nowhere",
                "--resume nowhere --epochs 3 | expected --resume without other options, which come from nowhere, found --epochs too",
                "--threads 0 | expected --threads of at least 1, found 0",
                "--epochs 0 | expected epochs of at least 1, found 0",
                "--teacher-epochs 0 | expected epochs of at least 1, found 0",
                "--batch-size 0 | expected a batch size of at least 1, found 0",
                "--learning-rate 0 | expected a finite learning rate above 0, found 0.0",
                "--data x | expected no folder with digits, which ship with Retort, found x",
                "--margin 0 | expected a margin above 0 and below 100 points, found 0.0",
                "--price-hour -1 | expected a price of an hour of the machine of at least 0, found -1.0",
                "--label-map 1,0 | expected --teacher with --label-map, found none",
                "--clip-norm 0 | expected a gradient norm above 0, found 0.0",
                "--patience -1 | expected a patience of at least 0 epochs, found -1"
            })
    void wrongUsageIsOneLineAndWhereToLook(String arguments, String message) {
        assertEquals(2, run(("distill " + arguments).split(" ", -1)));
        assertEquals(
                List.of("retort: " + message, "Try: ./retort distill --help"),
                err.toString().lines().toList());
        assertEquals("", out.toString());
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        assertEquals(2, run("destil"));
        List<String> lines = err.toString().lines().toList();
        assertEquals("retort: Unmatched argument at index 0: 'destil'", lines.getFirst());
        assertEquals("Try: ./retort --help", lines.getLast());
    }

    @Test
    void aMistypedOptionIsToldWhatItMayHaveBeen() {
        assertEquals(2, run("distill", "--label", "100"));
        assertTrue(err.toString().contains("--labels"), err.toString());
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

    @Test
    void moreThreadsThanCoresAreRefused() {
        int cores = Runtime.getRuntime().availableProcessors();
        assertEquals(2, run("distill", "--threads", Integer.toString(cores + 1)));
        assertEquals(
                List.of(
                        "retort: expected --threads of at most %d, the cores of this machine, found %d"
                                .formatted(cores, cores + 1),
                        "Try: ./retort distill --help"),
                err.toString().lines().toList());
    }

    @Test
    void aMissingFolderOfDataIsNamed() {
        Path missing = folder.resolve("missing");
        assertFailure(
                "expected a folder with the four IDX files of Fashion-MNIST, found no folder at "
                        + missing,
                "--recipe",
                "fashion-mnist",
                "--data",
                missing.toString());
    }

    @Test
    void aFileIsNoFolderForTheReport() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertEquals(2, run("distill", "--out", file.toString()));
        assertEquals(
                List.of(
                        "retort: expected a folder for --out, found the file " + file,
                        "Try: ./retort distill --help"),
                err.toString().lines().toList());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void aFolderBelowAFileCannotBeMade() throws Exception {
        Path below = Files.writeString(folder.resolve("file"), "mine").resolve("below");
        assertFailure(below + ": Not a directory", "--out", below.toString());
    }

    @Test
    void anExistingReportIsNotOverwritten() throws Exception {
        Files.writeString(folder.resolve("report.json"), "mine");
        assertEquals(2, run("distill", "--out", folder.toString()));
        assertEquals(
                List.of(
                        "retort: "
                                + folder
                                + " holds a report already; name another folder with --out",
                        "Try: ./retort distill --help"),
                err.toString().lines().toList());
        assertEquals("mine", Files.readString(folder.resolve("report.json")));
    }

    @Test
    void verboseShowsTheStackTrace() {
        assertEquals(
                1, run("distill", "--recipe", "fashion-mnist", "--data", "nowhere", "--verbose"));
        assertTrue(err.toString().startsWith("retort: expected a folder"), err.toString());
        assertTrue(err.toString().contains("\tat dev.retort.examples."), err.toString());
    }

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
        ReportDocument report =
                new ObjectMapper()
                        .readValue(runs.resolve("report.json").toFile(), ReportDocument.class);
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
    void aSavedTeacherTakesThePlaceOfATraining() throws Exception {
        Path first = folder.resolve("first");
        String[] small = {"distill", "--epochs=2", "--seeds=1", "--progress=none"};
        assertEquals(0, run(with(small, "--teacher-epochs=3", "--out=" + first)));
        Path second = folder.resolve("second");
        Path file = first.resolve("teacher-0000.params");
        assertEquals(0, run(with(small, "--teacher=" + file, "--out=" + second)), err.toString());
        // The students of the same seed and teacher are the same.
        assertEquals(accuracies(report(first)), accuracies(report(second)));
        assertNull(report(second).models().getFirst().cost());
        assertTrue(
                Files.readString(second.resolve("report.html"))
                        .contains("Teacher: one trained before, from " + file));
    }

    @Test
    void thePreflightOpensTheSavedTeacher() {
        Path missing = folder.resolve("missing.params");
        assertFailure(
                "there is no file or folder " + missing, "--preflight", "--teacher=" + missing);
    }

    @Test
    void aTeacherWithOtherClassesNeedsALabelMap() throws Exception {
        Path file = folder.resolve("teacher-0000.params");
        try (Model model = Model.newInstance("teacher")) {
            Block block = Recipes.digits().teacher().network().network(12);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            model.setBlock(block);
            model.save(folder, "teacher");
        }
        String[] small = {"distill", "--epochs=1", "--seeds=1", "--progress=none"};
        assertEquals(1, run(with(small, "--teacher=" + file, "--out=" + folder.resolve("one"))));
        assertTrue(
                err.toString()
                        .contains("expected a teacher with the 10 classes of the data, found 12"),
                err.toString());
        assertEquals(
                0,
                run(
                        with(
                                small,
                                "--teacher=" + file,
                                "--label-map=11,10,9,8,7,6,5,4,3,2",
                                "--out=" + folder.resolve("two"))),
                err.toString());
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }

    private static ReportDocument report(Path folder) throws IOException {
        return new ObjectMapper()
                .readValue(folder.resolve("report.json").toFile(), ReportDocument.class);
    }

    /** Of all students of all seeds. */
    private static List<Double> accuracies(ReportDocument report) {
        return report.seeds().stream()
                .flatMap(seed -> seed.trainings().stream())
                .map(ReportDocument.Training::testAccuracy)
                .toList();
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
        ReportDocument report =
                new ObjectMapper()
                        .readValue(folder.resolve("report.json").toFile(), ReportDocument.class);
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

    private void assertFailure(String message, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "distill";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertEquals(1, run(all));
        assertEquals(List.of("retort: " + message), err.toString().lines().toList());
        assertEquals("", out.toString());
    }

    private int run(String... arguments) {
        return Retort.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
