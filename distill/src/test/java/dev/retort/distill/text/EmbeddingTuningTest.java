package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

@Tag("engines")
class EmbeddingTuningTest {
    private static final int NEVER_SEEN = 11;

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

    @Test
    void pointsWhereItsTeacherDoesAndLeavesUnseenTokensAlone() {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(3);
        float[] teacher = random(random);
        StaticEmbedder student = StaticEmbedder.of(random(random), 2, tokenizer);
        TokenWindows windows = windows(random);
        float[] targets = new float[windows.size() * 2];
        StaticEmbedder truth = StaticEmbedder.of(teacher, 2, tokenizer);
        for (int i = 0; i < windows.size(); i++) {
            System.arraycopy(truth.embed(windows.tokens(i)), 0, targets, 2 * i, 2);
        }
        float[] before = student.table().clone();
        StaticEmbedder tuned = tune(student, windows, targets);

        assertArrayEquals(before, student.table());
        assertTrue(meanCosine(student, truth, windows) < 0.6);
        assertTrue(meanCosine(tuned, truth, windows) > 0.98);
        for (int i = 2 * NEVER_SEEN; i < before.length; i++) {
            assertEquals(before[i], tuned.table()[i]);
        }
        // A seed gives the same vectors bit for bit.
        assertArrayEquals(tuned.table(), tune(student, windows, targets).table());
    }

    @Test
    void refusesTargetsOfAnotherNumber() {
        StaticEmbedder student = StaticEmbedder.of(new float[2 * TinyEncoder.TOKENS], 2, tokenizer);
        TokenWindows windows = TokenWindows.of(List.of(new int[] {4}), 1, 1);
        assertThrows(IllegalArgumentException.class, () -> tune(student, windows, new float[4]));
        TokenWindows empty = TokenWindows.of(List.of(new int[0]), 1, 1);
        assertThrows(IllegalArgumentException.class, () -> tune(student, empty, new float[2]));
    }

    private StaticEmbedder tune(StaticEmbedder student, TokenWindows windows, float[] targets) {
        try (RunMeter meter = RunOptions.of("tuning").open()) {
            return new EmbeddingTuning(TrainingPlan.of(40, 16, 0.05f), 1)
                    .tune(student, windows, targets, meter, TrainingObserver.NONE, manager);
        }
    }

    private static float[] random(RandomGenerator random) {
        float[] table = new float[2 * TinyEncoder.TOKENS];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) random.nextGaussian();
        }
        return table;
    }

    private static TokenWindows windows(RandomGenerator random) {
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int[] tokens = new int[1 + random.nextInt(4)];
            Arrays.setAll(tokens, _ -> 4 + random.nextInt(NEVER_SEEN - 4));
            texts.add(tokens);
        }
        return TokenWindows.of(texts, 4, 1);
    }

    private static double meanCosine(StaticEmbedder one, StaticEmbedder other, TokenWindows of) {
        double sum = 0;
        for (int i = 0; i < of.size(); i++) {
            sum += Directions.product(one.embed(of.tokens(i)), other.embed(of.tokens(i)));
        }
        return sum / of.size();
    }
}
