package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.Drift;
import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.teacher.TeacherException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

@Tag("engines")
class SentenceEncoderTest {
    private static final List<int[]> TEXTS =
            List.of(new int[] {4, 5, 6}, new int[] {}, new int[] {7, 9}, new int[] {10, 11, 4, 6});

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private final List<Drift> drifts = new ArrayList<>();
    private SubwordTokenizer tokenizer;
    private SentenceEncoder encoder;

    @BeforeEach
    void open() throws IOException {
        tokenizer = TinyEncoder.tokenizer();
        encoder = TinyEncoder.encoder(tokenizer);
    }

    @AfterEach
    void close() {
        encoder.close();
        tokenizer.close();
        manager.close();
    }

    @Test
    void poolsTheTokensOfAWindowAndNotItsPadding() throws IOException {
        TokenWindows windows = TokenWindows.of(TEXTS, 8, 1);
        float[] rows = embeddings(windows, windows.reader(tokenizer));
        for (int window = 0; window < windows.size(); window++) {
            int[] tokens = windows.tokens(window);
            int[] framed = new int[tokens.length + 2];
            framed[0] = TinyEncoder.START;
            System.arraycopy(tokens, 0, framed, 1, tokens.length);
            framed[tokens.length + 1] = TinyEncoder.END;
            assertRow(TinyEncoder.direction(framed), rows, window);
        }
    }

    @Test
    void asksAboutTheSameWindowsOnce() throws IOException {
        TokenWindows windows = TokenWindows.vocabulary(tokenizer.size());
        AtomicLong asked = new AtomicLong();
        SampleReader counting =
                (positions, view, owner) -> {
                    asked.addAndGet(positions.length);
                    return windows.reader(tokenizer).read(positions, view, owner);
                };
        float[] first = embeddings(windows, counting);
        long all = asked.getAndSet(0);
        assertEquals(List.of(tokenizer.size()), drifts.stream().map(Drift::rows).toList());
        assertTrue(drifts.getFirst().isExplained(), drifts.toString());
        assertArrayEquals(first, embeddings(windows, counting));
        // The contract, all of them, and the comparison with the live encoder; then the last alone.
        assertEquals(tokenizer.size(), asked.get());
        assertTrue(all >= 2L * tokenizer.size(), () -> "asked about " + all);
    }

    @Test
    void embedsATextAsItsWindows() {
        try (TextEmbedder embedder = encoder.embedder(2, 2, manager)) {
            assertEquals(TinyEncoder.DIMENSIONS, embedder.dimensions());
            // Of "a bill | invoice cat | s" the third window is left out.
            double[] one = TinyEncoder.direction(TinyEncoder.START, 4, 5, TinyEncoder.END);
            double[] two = TinyEncoder.direction(TinyEncoder.START, 6, 7, TinyEncoder.END);
            double squares = 0;
            for (int i = 0; i < one.length; i++) {
                one[i] += two[i];
                squares += one[i] * one[i];
            }
            for (int i = 0; i < one.length; i++) {
                one[i] /= Math.sqrt(squares);
            }
            assertRow(one, embedder.embed("a bill invoice cats"), 0);
        }
    }

    @Test
    void refusesAModelThatGivesNoVectorForEachToken() {
        Path other =
                Path.of(
                        TinyEncoder.file("encoder.onnx")
                                .resolveSibling("../teacher/perceptron.onnx")
                                .toString());
        assertThrows(
                TeacherException.class, () -> SentenceEncoder.onnx(other, tokenizer, 1).close());
    }

    private float[] embeddings(TokenWindows windows, SampleReader reader) throws IOException {
        return encoder.embeddings(
                windows,
                new CacheFolder(folder, CacheEncoding.fp32(), 3),
                reader,
                drifts::add,
                manager);
    }

    private static void assertRow(double[] expected, float[] rows, int row) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], rows[row * expected.length + i], 1e-5, "of row " + row);
        }
    }
}
