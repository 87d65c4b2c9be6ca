package dev.retort.examples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.data.DataException;
import dev.retort.distill.text.EmbeddingFidelity;
import dev.retort.examples.text.TextResult.Embedder;
import dev.retort.examples.text.TextResult.Score;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class TextPageTest {
    private static final TextResult RESULT =
            new TextResult(
                    1000,
                    7,
                    2000,
                    0.8,
                    List.of(
                            new Embedder(
                                    "all-MiniLM-L6-v2",
                                    384,
                                    90_000_000,
                                    score(0.98),
                                    score(0.96),
                                    null,
                                    List.of(50.0, 60.0, 40.0)),
                            new Embedder(
                                    "static, tuned",
                                    256,
                                    31_000_000,
                                    score(0.931),
                                    score(0.9),
                                    new EmbeddingFidelity(0.75, 0.5, 200),
                                    List.of(3000.0, 2000.0, 4000.0))));

    @TempDir private Path folder;

    private static Score score(double accuracy) {
        return new Score(600, 200, 0.7, List.of(accuracy, accuracy));
    }

    @Test
    void thePageSaysWhatTheTablesOfATerminalSay() throws IOException {
        TextReport report = TextReport.of("ab".repeat(32), TextSettings.usual(), RESULT);
        Path page = TextPage.write(report, folder);
        assertEquals(folder.resolve("report.html"), page);
        String html = Files.readString(page);
        assertTrue(
                html.contains(
                        "The static student keeps 95.0 % of the encoder&#39;s accuracy and is 60"
                                + " times as fast."),
                html);
        assertTrue(html.contains("<td>93.10 %</td>"), html);
        assertTrue(html.contains("<td>3,000</td>"), html);
        assertTrue(html.contains("encoder abababababab"), html);
    }

    @Test
    void theFileIsARecipe() throws IOException {
        TextSettings settings = TextSettings.usual().withDimensions(64).withSeeds(3, 2);
        String encoder = "ab".repeat(32);
        Path file = TextReport.of(encoder, settings, RESULT).write(folder);
        TextReport.Recipe read = TextReport.recipe(file);
        assertEquals(new TextReport.Recipe(encoder, settings), read);
        read.requireEncoder(encoder);
        assertEquals(
                "expected the encoder with the SHA-256 abababababab… that the recipe names, found"
                        + " cdcdcdcdcdcd…",
                assertThrows(DataException.class, () -> read.requireEncoder("cd".repeat(32)))
                        .getMessage());
        JsonNode provenance = new ObjectMapper().readTree(file.toFile()).path("provenance");
        assertEquals(Runtime.version().toString(), provenance.path("java").asText());
        assertTrue(provenance.path("nativeLibraries").isObject(), provenance.toString());
    }

    @Test
    void otherFilesAreNoRecipe() throws IOException {
        for (String content : List.of("{}", "[]", "name: a", "{\"settings\": {\"seeds\": 3}}")) {
            Path file = Files.writeString(folder.resolve("other.json"), content);
            assertEquals(
                    "expected the report.json of a run of distill text, found another file: "
                            + file,
                    assertThrows(IllegalArgumentException.class, () -> TextReport.recipe(file))
                            .getMessage(),
                    content);
        }
    }

    /** Such as a model, which the command beside it takes for a recipe. */
    @Test
    void filesWithoutTextAndFoldersAreNoRecipe() throws IOException {
        Path model = Files.write(folder.resolve("a.onnx"), new byte[] {(byte) 0x80, 1});
        assertEquals(
                "expected the report.json of a run of distill text, found another file: " + model,
                assertThrows(IllegalArgumentException.class, () -> TextReport.recipe(model))
                        .getMessage());
        assertEquals(
                "expected the report.json of a run of distill text, found the folder " + folder,
                assertThrows(IllegalArgumentException.class, () -> TextReport.recipe(folder))
                        .getMessage());
    }

    @Test
    void theFileHasTheFiguresThemselves() throws IOException {
        Path file = TextReport.of("ab".repeat(32), TextSettings.usual(), RESULT).write(folder);
        JsonNode student = new ObjectMapper().readTree(file.toFile()).at("/result/embedders/1");
        assertEquals(0.931, student.at("/byMail/accuracies/0").asDouble());
        assertEquals(0.75, student.at("/fidelity/spearman").asDouble());
    }
}
