package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.data.DataException;
import dev.retort.torch.safetensors.SafetensorsFile;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

@Tag("engines")
class StaticEmbedderTest {
    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private SubwordTokenizer tokenizer;

    @BeforeEach
    void open() throws IOException {
        tokenizer = TinyEncoder.tokenizer();
    }

    @AfterEach
    void close() {
        tokenizer.close();
        manager.close();
    }

    private static float[] table() {
        float[] table = new float[TinyEncoder.TOKENS * 2];
        for (int token = 0; token < TinyEncoder.TOKENS; token++) {
            table[2 * token] = token;
            table[2 * token + 1] = 1;
        }
        return table;
    }

    @Test
    void isTheDirectionOfTheMeanOfItsTokens() {
        StaticEmbedder embedder = StaticEmbedder.of(table(), 2, tokenizer);
        double norm = Math.hypot(4 + 5, 2);
        assertArrayEquals(
                new float[] {(float) (9 / norm), (float) (2 / norm)},
                embedder.embed("a bill"),
                1e-6f);
        assertArrayEquals(new float[2], embedder.embed(""));
    }

    @Test
    void isTheSameAfterItWasSaved() throws IOException {
        StaticEmbedder embedder = StaticEmbedder.of(table(), 2, tokenizer);
        embedder.save(folder, manager);
        try (StaticEmbedder loaded = StaticEmbedder.load(folder)) {
            for (String text : new String[] {"a bill", "cheap pills dogs", "", "zebra"}) {
                assertArrayEquals(embedder.embed(text), loaded.embed(text));
            }
            assertEquals(embedder.description(), loaded.description());
        }
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            assertEquals(List.of("embeddings"), List.copyOf(file.tensors().keySet()));
        }
    }

    @Test
    void refusesVectorsForAnotherVocabulary() throws IOException {
        assertThrows(
                IllegalArgumentException.class,
                () -> StaticEmbedder.of(new float[10], 2, tokenizer));
        StaticEmbedder.of(table(), 2, tokenizer).save(folder, manager);
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(
                file, Files.readString(file).replace("\"pills\":11", "\"pills\":11,\"more\":12"));
        DataException refused =
                assertThrows(DataException.class, () -> StaticEmbedder.load(folder).close());
        assertTrue(
                String.valueOf(refused.getMessage()).contains("with 13 rows"),
                refused.getMessage());
    }

    @Test
    void weighsTokensBySmoothInverseFrequency() {
        // Ranks 2, 3 and 4: 6/13, 4/13 and 3/13.
        double[] weights = new StaticDistillation(1, 0.5).weights(3);
        assertArrayEquals(
                new double[] {
                    0.5 / (0.5 + 6.0 / 13), 0.5 / (0.5 + 4.0 / 13), 0.5 / (0.5 + 3.0 / 13)
                },
                weights,
                1e-12);
    }

    @Test
    void isMadeOfTheComponentsOfTheVocabulary() {
        float[] vocabulary = new float[TinyEncoder.TOKENS * TinyEncoder.DIMENSIONS];
        for (int i = 0; i < vocabulary.length; i++) {
            vocabulary[i] =
                    (float) TinyEncoder.row(i / TinyEncoder.DIMENSIONS, i % TinyEncoder.DIMENSIONS);
        }
        PrincipalComponents components =
                PrincipalComponents.of(vocabulary, TinyEncoder.DIMENSIONS, 2, manager);
        StaticDistillation settings = StaticDistillation.of(2);
        StaticEmbedder made = settings.embedder(vocabulary, components, tokenizer, manager);
        float[] centred = components.centred(vocabulary, manager);
        double[] weights = settings.weights(TinyEncoder.TOKENS);
        for (int token = 0; token < TinyEncoder.TOKENS; token++) {
            for (int i = 0; i < 2; i++) {
                double expected =
                        tokenizer.special().contains(token)
                                ? 0
                                : weights[token] * centred[2 * token + i];
                assertEquals(expected, made.table()[2 * token + i], 1e-7);
            }
        }
    }
}
