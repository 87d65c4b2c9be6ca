package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code distill} refuses before it does anything. */
class DistillRefusalsTest extends DistillRuns {
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    @AfterEach
    void forgetVerbosity() {
        System.clearProperty(LOG_LEVEL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--xyz | Unknown option: '--xyz'",
                "surplus | Unmatched argument at index 1: 'surplus'",
                "--seeds many | Invalid value for option '--seeds': expected a whole number, found many",
                "--temperature hot | Invalid value for option '--temperature': expected a number, found hot",
                "--epochs | Missing required parameter for option '--epochs' (N)",
                "--recipe foo | expected a recipe of digits or fashion-mnist, or a file that exists, found foo",
                "--progress loud | Invalid value for option '--progress': expected auto, bar, plain or none, found loud",
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
                "--loss-option beta | Invalid value for option '--loss-option': expected NAME=VALUE, found beta",
                "--loss dist --batch-size 2 | expected at least 2 samples in each batch for the loss dist, found 1 in the last: 1167 samples in batches of 2",
                "--cache-type fp8 | Invalid value for option '--cache-type': expected fp32, fp16 or a number of classes as in top-16, found fp8",
                "--cache-type top-10 | expected fewer classes to keep than the 10 there are, found 10",
                "--no-cache --cache-type fp16 | expected --no-cache without --cache and --cache-type, found --cache-type",
                "--no-cache --cache x | expected --no-cache without --cache and --cache-type, found --cache",
                "--teacher x --teacher-epochs 2 | expected no --teacher-epochs with a teacher that was trained before, found them with x",
                "--teacher x | expected the file of a teacher for --teacher, found no file at x",
                "--preflight --teacher x | expected the file of a teacher for --teacher, found no file at x",
                "--export foo | Invalid value for option '--export' (KIND): expected onnx, int8 or cascade, found foo",
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
                "--resume nowhere | expected the folder of a run that was started with --checkpoint, found no folder nowhere",
                "--resume nowhere --epochs 3 | expected --resume with no other options than --progress and --checkpoint-every, since the rest comes from nowhere, found --epochs too",
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
        assertRefused(message, arguments.split(" ", -1));
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
    void aLabelMapDoesNotGoWithHintsOrACascade() throws IOException {
        String teacher =
                "--teacher=" + Files.writeString(folder.resolve("some-0000.params"), "any");
        assertRefused(
                "expected no label map with a loss between layers, found [1, 0]",
                teacher,
                "--label-map=1,0",
                "--feature-loss=fitnet");
        err.getBuffer().setLength(0);
        assertRefused(
                "expected no label map with --export cascade, which asks the teacher as it was saved,"
                        + " found [1, 0]",
                teacher,
                "--label-map=1,0",
                "--export=cascade");
    }

    @Test
    void moreThreadsThanCoresAreRefused() {
        int cores = Runtime.getRuntime().availableProcessors();
        assertRefused(
                "expected --threads of at most %d, the cores of this machine, found %d"
                        .formatted(cores, cores + 1),
                "--threads=" + (cores + 1));
    }

    @Test
    void aMissingFolderOfDataIsNamed() {
        Path missing = folder.resolve("missing");
        assertEquals(1, run("distill", "--recipe=fashion-mnist", "--data=" + missing));
        assertEquals(
                List.of(
                        "retort: expected a folder with the four IDX files of Fashion-MNIST, found no"
                                + " folder at "
                                + missing),
                err.toString().lines().toList());
        assertEquals("", out.toString());
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        for (String option : List.of("--out", "--checkpoint", "--cache")) {
            err.getBuffer().setLength(0);
            assertRefused(
                    "expected a folder for %s, found the file %s".formatted(option, file),
                    option + "=" + file);
            Path below = file.resolve("below");
            err.getBuffer().setLength(0);
            assertRefused(
                    "expected a folder for %s, found %s below the file %s"
                            .formatted(option, below, file),
                    option + "=" + below);
        }
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void theFolderOfAReportIsNoneForCheckpoints() throws IOException {
        Files.writeString(folder.resolve("report.json"), "{}");
        assertRefused(
                "%s holds a report; name another folder with --checkpoint".formatted(folder),
                "--checkpoint=" + folder);
    }

    /** A file system in which nobody can make a folder, and that does not say why. */
    @Test
    void aFolderThatCannotBeMadeIsNamed() {
        for (String option : List.of("--out", "--checkpoint")) {
            err.getBuffer().setLength(0);
            assertEquals(2, run("distill", option + "=/proc/foo"));
            List<String> lines = err.toString().lines().toList();
            assertEquals(2, lines.size(), lines.toString());
            assertTrue(
                    lines.getFirst().startsWith("retort: expected a folder that can be "),
                    lines.toString());
            assertTrue(
                    lines.getFirst().contains("for " + option + ", found /proc/foo"),
                    lines.toString());
        }
    }

    @Test
    void aTeacherIsKnownByTheNameOfItsFile() throws IOException {
        for (String name : List.of("a.safetensors", "recipe.json", "teacher.params")) {
            Path file = Files.writeString(folder.resolve(name), "any");
            err.getBuffer().setLength(0);
            assertRefused(
                    "expected a teacher in a file named as DJL names parameters, such as"
                            + " teacher-0000.params, or .onnx or .pt as a whole model, found "
                            + file,
                    "--teacher=" + file);
        }
    }

    @Test
    void aModuleOfTorchScriptNeedsItsEngine() throws IOException {
        Path file = Files.writeString(folder.resolve("junk.pt"), "any");
        assertRefused(
                "expected --engine PyTorch with the TorchScript module %s, found Retort"
                        .formatted(file),
                "--teacher=" + file);
    }

    @Test
    void aConvolutionNeedsImages() throws IOException {
        for (String role : List.of("student", "teacher")) {
            Path file =
                    Files.writeString(
                            folder.resolve("images.yaml"),
                            """
                            base: digits
                            %s: {network: {kind: convolutional, first: 4, second: 8, hidden: 16}}
                            """
                                    .formatted(role));
            err.getBuffer().setLength(0);
            assertRefused(
                    "expected images of shape (channels, height, width) for the network"
                            + " convolutional 4, 8, 16 at %s.network, found samples of shape (64) in"
                                    .formatted(role)
                            + " digits",
                    "--recipe=" + file);
        }
    }

    @Test
    void aDamagedFileOfOptionsIsNamed() throws IOException {
        Path options = folder.resolve("command.json");
        Path recipe = Files.writeString(folder.resolve("command-recipe.json"), "{}");
        for (String damaged : List.of("[\"--out=/a", "{\"a\": 1}", "null", "[null]", "")) {
            Files.writeString(options, damaged);
            err.getBuffer().setLength(0);
            assertEquals(1, run("distill", "--resume=" + folder), damaged);
            assertEquals(
                    List.of(
                            "retort: expected what a run with --checkpoint wrote in %3$s, found a file that was cut short or changed: start the run again by `./retort distill --recipe %2$s --checkpoint %1$s --out ...` with a new folder for --out, and with what else it had that is no part of a recipe, such as --export; it goes on from the trainings that were saved in %1$s, if there are any"
                                    .formatted(folder, recipe, options)),
                    err.toString().lines().toList());
        }
    }

    @Test
    void aDamagedNoteThatARunIsFinishedIsNamed() throws IOException {
        Path note = Files.writeString(folder.resolve("finished.json"), "\"/cut");
        assertEquals(1, run("distill", "--resume=" + folder));
        assertEquals(
                List.of(
                        "retort: expected what a run with --checkpoint wrote in %s, found a file that was cut short or changed: delete it, and --resume %s writes the report once more"
                                .formatted(note, folder)),
                err.toString().lines().toList());
    }

    @Test
    void aFolderIsNoTeacher() {
        assertRefused(
                "expected the file of a teacher for --teacher, found the folder " + folder,
                "--teacher=" + folder);
    }

    @Test
    void aFolderIsNoRecipe() throws IOException {
        String expected =
                "expected a recipe of digits or fashion-mnist, or a file that exists, found the folder "
                        + folder;
        assertRefused(expected, "--recipe=" + folder);
        Path inside = Files.writeString(folder.resolve("recipe.json"), "{}");
        err.getBuffer().setLength(0);
        assertRefused(expected + ": did you mean %s?".formatted(inside), "--recipe=" + folder);
    }

    @Test
    void whatIsInAFolderIsNotMixedWithAnotherRun() throws IOException {
        Path other = Files.writeString(folder.resolve("notes.txt"), "mine");
        assertRefused(
                "expected a new folder, or one without files, for --out, found " + other,
                "--out=" + folder);
        Path report = Files.writeString(folder.resolve("report.json"), "mine");
        err.getBuffer().setLength(0);
        assertRefused(
                folder + " holds a report already; name another folder with --out",
                "--out=" + folder);
        assertEquals("mine", Files.readString(report));
    }

    @Test
    void textsAreNotDownloadedForAFolderThatIsUsed() throws IOException {
        Path other = Files.writeString(folder.resolve("notes.txt"), "mine");
        assertEquals(2, run("distill", "text", "--out=" + folder, "--downloads=" + folder));
        assertEquals(
                List.of(
                        "retort: expected a new folder, or one without files, for --out, found "
                                + other,
                        "Try: ./retort distill text --help"),
                err.toString().lines().toList());
    }

    @Test
    void aTeacherThatCannotBeReadLeavesNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("some-0000.params"), "no parameters");
        Path made = folder.resolve("made");
        assertEquals(1, run("distill", "--teacher=" + file, "--out=" + made));
        assertTrue(err.toString().contains(file.toString()), err.toString());
        assertTrue(Files.notExists(made));
    }

    @Test
    void verboseShowsTheStackTrace() {
        assertEquals(
                1, run("distill", "--recipe", "fashion-mnist", "--data", "nowhere", "--verbose"));
        assertTrue(err.toString().startsWith("retort: expected a folder"), err.toString());
        assertTrue(err.toString().contains("\tat dev.retort.examples."), err.toString());
    }
}
