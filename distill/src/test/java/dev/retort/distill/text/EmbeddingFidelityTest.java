package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class EmbeddingFidelityTest {
    @Test
    void isWholeForTheSameDirections() {
        float[][] vectors = vectors(30, 5, 1);
        EmbeddingFidelity same = EmbeddingFidelity.of(vectors, vectors);
        assertEquals(1, same.spearman(), 1e-12);
        assertEquals(1, same.neighboursKept());
    }

    @Test
    void isThatOfChanceForOthers() {
        EmbeddingFidelity chance = EmbeddingFidelity.of(vectors(200, 5, 1), vectors(200, 5, 2));
        assertEquals(0, chance.spearman(), 0.05);
        assertEquals(10.0 / 199, chance.neighboursKept(), 0.03);
        assertTrue(chance.texts() == 200);
    }

    @Test
    void ranksEqualNumbersByTheirMean() {
        // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: 4.5 / sqrt(4.5 * 5), by hand.
        assertEquals(
                4.5 / Math.sqrt(4.5 * 5),
                EmbeddingFidelity.spearman(
                        new double[] {-1, 0, 0, 7}, new double[] {1, 30, 20, 1e9}),
                1e-12);
    }

    @Test
    void refusesTooFewTexts() {
        assertThrows(
                IllegalArgumentException.class,
                () -> EmbeddingFidelity.of(vectors(10, 2, 1), vectors(10, 2, 1)));
    }

    private static float[][] vectors(int count, int dimensions, long seed) {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        float[][] vectors = new float[count][dimensions];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimensions; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            Directions.scaleToUnit(vector);
        }
        return vectors;
    }
}
