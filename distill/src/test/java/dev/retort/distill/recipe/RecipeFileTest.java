package dev.retort.distill.recipe;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class RecipeFileTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"json", "yaml", "yml"})
    void whatWasWrittenReadsBackAsTheSameRecipe(String ending) throws IOException {
        for (Recipe recipe : List.of(full(), Recipes.digits(), Recipes.fashionMnist())) {
            Path file = folder.resolve("recipe." + ending);
            RecipeFile.write(recipe, file);
            assertEquals(recipe, RecipeFile.read(file));
        }
    }

    /** A recipe in which nothing is as usual. */
    private static Recipe full() {
        return Recipes.digits()
                .change()
                .data(data -> data.withLabels(100).withHash("0".repeat(64)))
                .teacher(teacher -> teacher.saved("/runs/teacher-0000.params", List.of(1, 0, 2)))
                .loss(
                        new LossSettings(
                                "dkd",
                                3.0,
                                0.5,
                                2.0,
                                true,
                                Map.of("alpha", 1.0, "beta", 2.0, "warm-up", 0.25)))
                .hints(List.of(new HintSettings("fitnet", "03ReLU", null, 7.0)))
                .study(_ -> new StudySettings(5, 2, 0.5, 1.5, 0.3))
                .engine(new EngineSettings("PyTorch", 2))
                .cache(new CacheSettings("/runs/outputs", "fp16"))
                .build();
    }

    @Test
    void whatAFileLeavesOutIsAsInItsBase() throws IOException {
        Recipe read =
                read(
                        """
                        # only what differs
                        base: digits
                        student:
                          training: {epochs: 3}
                        loss: {kind: mse}
                        study: {seeds: 2}
                        """);
        Recipe digits = Recipes.digits();
        assertEquals("changes", read.name());
        assertEquals(digits.teacher(), read.teacher());
        assertEquals(3, read.student().training().epochs());
        assertEquals(
                digits.student().training().learningRate(),
                read.student().training().learningRate());
        assertEquals(2, read.study().seeds());
        // Another loss comes with its own values, not with those of the base's.
        assertTrue(read.loss().objective().temperature().isEmpty());
        Recipe images = read("base: fashion-mnist\nteacher: {network: {kind: mlp, hidden: [9]}}");
        assertEquals(new NetworkSettings.Mlp(List.of(9)), images.teacher().network());
        assertEquals(Recipes.fashionMnist().student(), images.student());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "student: {training: {epoch: 3}} | found student.training.epoch: did you mean"
                        + " epochs?, line 2, in",
                "name: a/b | expected a name without slashes, for folders, found a/b at the top,",
                "name: '' | expected a name without slashes, for folders, found a blank one at the"
                        + " top,",
                "sede: 3 | found sede: did you mean study?",
                "loss: {kind: dkd, temprature: 4} | found loss.temprature: did you mean"
                        + " temperature?, line 2, in",
                "teacher: {network: {kind: mlp, hiden: [3]}} | found teacher.network.hiden: did you"
                        + " mean hidden?",
                "loss: {kind: nst} | expected a loss of hinton, kl, reverse-kl, jsd, tvd, mse, dkd,"
                        + " dist, tf-kd, found nst at loss,",
                "loss: {kind: hinton, temperature: 0} | expected a temperature above 0, found 0.0"
                        + " at loss,",
                "study: {seeds: 0} | expected at least 1 seed, found 0 at study,",
                "study: {seeds: many} | expected an integer at study.seeds, found many,",
                "student: {training: {schedule: sine}} | expected the schedule constant, cosine,"
                        + " linear, one-cycle or step, found sine at student.training,",
                "teacher: {network: {kind: vgg}} | expected the kind mlp, convolutional or residual"
                        + " at teacher.network, found vgg,",
                "teacher: {network: {kind: residual, first: 3}} | expected widths, found none at"
                        + " teacher.network,",
                "data: null | expected data, found none",
                "hints: null | expected hints, found none",
                "data: {name: null} | expected name, found none at data,",
                "cache: {type: fp32} | expected folder, found none at cache,",
                "student: {network: null} | expected network, found none at student,",
                "teacher: {training: null} | expected training, found none at teacher,",
                "loss: {temperature: 4, kind: null} | expected kind, found none at loss,",
                "engine: {name: null} | expected name, found none at engine,",
                "engine: {threads: 0} | expected at least 1 thread, found 0 at engine,",
                "student: {training: {stepFactor: 0.1}} | expected stepFactor and stepsAt with the"
                        + " schedule step alone, found them with cosine at student.training,",
                "student: {training: {schedule: constant, warmUp: 0.1}} | expected no warmUp with"
                        + " the schedule constant, which has none that could be chosen, found 0.1 at"
                        + " student.training,",
                "hints: [{kind: fitnet, wieght: 2}] | found hints.0.wieght: did you mean weight?",
                "student: {training: {epochs: null}} | expected epochs, found none at"
                        + " student.training,",
                "teacher: {network: {kind: null}} | expected kind, found none at teacher.network,",
                "student: {training: 5} | expected keys with values at student.training, found a"
                        + " single value, line 2, in",
                "student: {training: {epochs: 2.5}} | expected an integer at student.training.epochs,"
                        + " found 2.5, line 2, in",
                "hints: {kind: fitnet} | expected a list at hints, found keys with values, line 2,",
                "loss: [hinton] | expected keys with values at loss, found a list, line 2, in",
                "loss: {kind: dkd, settings: {beta: two}} | expected a number at loss.settings.beta,"
                        + " found two, line 2, in",
                "teacher: {network: {kind: mlp, hidden: 3}} | expected a list at"
                        + " teacher.network.hidden, found a single value, line 2, in",
                "base: imagenet | expected a base of digits or fashion-mnist in",
                "[1, 2] | expected a recipe, which is keys with values such as base: digits, in",
                "a: b: c | expected a recipe that can be read, found what cannot (mapping values are"
                        + " not allowed here) at line",
                "student: {training: {learningRate: .nan}} | expected a finite number, found .nan at"
                        + " line 2,"
            })
    void whatIsWrongIsSaidInOneSentence(String yaml, String expected) {
        String whole =
                yaml.startsWith("base") || yaml.startsWith("[") ? yaml : "base: digits\n" + yaml;
        RecipeException error = assertThrows(RecipeException.class, () -> read(whole));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains(expected), message);
        assertTrue(message.contains("changes.yaml"), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void aTeacherIsPinnedByPlaceAndHash() throws IOException {
        Path file = Files.writeString(folder.resolve("teacher-0000.params"), "abc");
        TeacherSettings pinned = Recipes.digits().teacher().saved(file.toString(), null).pinned();
        // FIPS 180-2, appendix B.1.
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                pinned.sha256());
        assertEquals(pinned, pinned.pinned());
        Files.writeString(file, "abd");
        assertTrue(
                String.valueOf(
                                assertThrows(IllegalArgumentException.class, pinned::pinned)
                                        .getMessage())
                        .startsWith("expected a teacher with the SHA-256 hash ba7816bf"));
        assertNull(pinned.saved("other.params", null).sha256());
    }

    @Test
    void pathsAreRelativeToTheFolderOfTheFile() throws IOException {
        Recipe recipe =
                read(
                        """
                        base: fashion-mnist
                        data: {folder: ../images}
                        teacher: {file: teacher.params}
                        cache: {folder: /soft/labels, type: fp32}
                        """);
        assertEquals(folder.resolveSibling("images").toString(), recipe.data().folder());
        assertEquals(folder.resolve("teacher.params").toString(), recipe.teacher().file());
        assertEquals(Path.of("/soft/labels"), requireNonNull(recipe.cache()).open().path());
    }

    @Test
    void aFileWithoutABaseSaysEverything() {
        RecipeException error =
                assertThrows(RecipeException.class, () -> read("loss: {kind: mse}\n"));
        assertTrue(
                String.valueOf(error.getMessage()).startsWith("expected data, found none"),
                error.getMessage());
    }

    @Test
    void aRequiredKeyThatIsMisspeltIsNotCalledMissing() {
        RecipeException error =
                assertThrows(
                        RecipeException.class,
                        () -> read("data: {nmae: digits}\nteacher: {}\nstudnet: {}\n"));
        assertTrue(
                String.valueOf(error.getMessage()).contains("found studnet: did you mean student?"),
                error.getMessage());
    }

    /** Written with everything, it can do without what is not required, and nothing else. */
    @Test
    void theRequiredKeysAreThoseThatAFileWithoutABaseMustHave() throws IOException {
        Path file = RecipeFile.write(Recipes.digits(), folder.resolve("whole.json"));
        Map<String, List<String>> required = RecipeFile.requiredKeys();
        ObjectMapper json = new ObjectMapper();
        assertEquals(
                List.of("data", "teacher", "student", "loss", "hints", "study", "engine"),
                required.get("recipe"));
        Map<String, List<String>> objects =
                Map.of(
                        "recipe", List.of(""),
                        "data", List.of("/data"),
                        "teacher", List.of("/teacher"),
                        "student", List.of("/student"),
                        "network mlp", List.of("/teacher/network", "/student/network"),
                        "training", List.of("/teacher/training", "/student/training"),
                        "loss", List.of("/loss"),
                        "study", List.of("/study"),
                        "engine", List.of("/engine"));
        assertEquals(List.of("kind"), required.get("network"));
        for (Map.Entry<String, List<String>> object : objects.entrySet()) {
            for (String place : object.getValue()) {
                JsonNode whole = json.readTree(file.toFile());
                for (String key : List.copyOf(keys(whole.at(place)))) {
                    ObjectNode without = json.readTree(file.toFile()).deepCopy();
                    ((ObjectNode) without.at(place)).remove(key);
                    Path changed = folder.resolve("without.json");
                    json.writeValue(changed.toFile(), without);
                    String what = "%s without %s".formatted(object.getKey(), key);
                    boolean named =
                            requireNonNull(required.get(object.getKey())).contains(key)
                                    || (object.getKey().startsWith("network ")
                                            && key.equals("kind"));
                    if (named) {
                        assertThrows(RecipeException.class, () -> RecipeFile.read(changed), what);
                    } else {
                        assertDoesNotThrow(() -> RecipeFile.read(changed), what);
                    }
                }
            }
        }
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    @Test
    void aScheduleWithoutAWarmUpTakesThatOfTheBaseAway() throws IOException {
        assertTrue(Recipes.fashionMnist().teacher().training().warmUp() > 0);
        for (String schedule : List.of("constant", "one-cycle")) {
            Recipe read =
                    read(
                            "base: fashion-mnist\nteacher: {training: {schedule: %s}}\n"
                                    .formatted(schedule));
            assertEquals(0, read.teacher().training().warmUp());
            assertEquals(schedule, read.teacher().training().schedule());
        }
        Recipe linear = read("base: fashion-mnist\nteacher: {training: {schedule: linear}}\n");
        assertEquals(
                Recipes.fashionMnist().teacher().training().warmUp(),
                linear.teacher().training().warmUp());
    }

    @Test
    void aKeyThatStandsTwiceIsRefused() {
        RecipeException error =
                assertThrows(RecipeException.class, () -> read("name: a\nname: b\n"));
        assertEquals(
                "expected each key once, found name twice at line 2, in "
                        + folder.resolve("changes.yaml"),
                error.getMessage());
    }

    /** The parser's own words for where a bracket was opened tell of no file. */
    @Test
    void textThatIsCutShortIsSaidToBeWithoutTheWordsOfTheParser() throws IOException {
        String whole =
                Files.readString(RecipeFile.write(Recipes.digits(), folder.resolve("whole.json")));
        Path file = folder.resolve("cut.json");
        for (int length = 1; length < whole.length(); length += 7) {
            Files.writeString(file, whole.substring(0, length));
            String message =
                    String.valueOf(
                            assertThrows(RecipeException.class, () -> RecipeFile.read(file))
                                    .getMessage());
            assertFalse(message.contains("Source"), message);
            assertTrue(message.startsWith("expected "), message);
            assertTrue(message.matches(".* at line \\d+, in \\S+cut.json"), message);
        }
    }

    /** With the line of the key, or of what lacks one. */
    @Test
    void theLineOfAKeyIsThatOfTheFile() {
        String[] mistakes = {
            "loss:\n  kind: dkd\n  wieght: 2\n | did you mean",
            "loss:\n\n  temperature: 0\n  kind: hinton\n | found 0.0 at loss",
            "hints:\n- kind: fitnet\n  student: 03ReLU\n  wieght: 1\n | hints.0.wieght",
            "study:\n  seeds: 3\n  firstSeed: some\n | found some"
        };
        int[] expected = {4, 2, 5, 4};
        for (int i = 0; i < mistakes.length; i++) {
            String[] parts = mistakes[i].split(" \\| ", 2);
            String yaml = "base: digits\n" + parts[0];
            String message =
                    String.valueOf(
                            assertThrows(RecipeException.class, () -> read(yaml)).getMessage());
            assertTrue(message.contains(parts[1]), message);
            assertTrue(message.contains(", line " + expected[i] + ", in "), message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"just words | text", "[1, 2] | a list", "# | nothing", "17 | a single value"})
    void whatIsNoObjectIsNoRecipe(String yaml, String found) {
        RecipeException error = assertThrows(RecipeException.class, () -> read(yaml));
        assertEquals(
                "expected a recipe, which is keys with values such as base: digits, in %s, found %s"
                        .formatted(folder.resolve("changes.yaml"), found),
                error.getMessage());
    }

    @Test
    void bytesThatAreNoTextAreNoRecipe() throws IOException {
        Path file =
                Files.write(
                        folder.resolve("recipe.json"), new byte[] {(byte) 0xff, 0, (byte) 0x80});
        RecipeException error = assertThrows(RecipeException.class, () -> RecipeFile.read(file));
        assertEquals(
                "expected a recipe as text in UTF-8 in %s, found other bytes".formatted(file),
                error.getMessage());
    }

    @Test
    void onlyFilesWithAKnownEndingAreRecipes() throws IOException {
        Path other = Files.writeString(folder.resolve("recipe.txt"), "name: a");
        assertThrows(RecipeException.class, () -> RecipeFile.read(other));
        assertThrows(NoSuchFileException.class, () -> RecipeFile.read(folder.resolve("none.yaml")));
        FileSystemException isFolder =
                assertThrows(FileSystemException.class, () -> RecipeFile.read(folder));
        assertEquals("expected a recipe, found a folder", isFolder.getReason());
    }

    private Recipe read(String yaml) throws IOException {
        return RecipeFile.read(Files.writeString(folder.resolve("changes.yaml"), yaml));
    }
}
