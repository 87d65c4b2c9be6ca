package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class BagSourceTest {
    private static final TokenWindows WINDOWS =
            TokenWindows.of(
                    List.of(
                            new int[] {0, 1},
                            new int[] {1},
                            new int[] {2, 2, 2, 0},
                            new int[] {2, 1},
                            new int[] {0}),
                    4,
                    1);

    private static List<String> pass(BatchSource source, int epoch) {
        List<String> batches = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager();
                BatchSource.Pass pass = source.pass(manager, epoch)) {
            for (Minibatch batch = pass.next(manager); batch != null; batch = pass.next(manager)) {
                batches.add(
                        Arrays.toString(batch.data().head().toFloatArray())
                                + Arrays.toString(batch.labels().head().toFloatArray()));
            }
        }
        return batches;
    }

    /** So that a mini-batch whose loss is no number can be found again. */
    @Test
    void anEpochIsTheSameEachTime() {
        BatchSource source =
                new BagSource(
                        WINDOWS, new int[] {0, 1, 2}, 3, new float[] {1, 2, 3, 4, 5}, 1, 2, 7);
        assertTrue(source.isRepeatable());
        List<String> first = pass(source, 1);
        assertEquals(3, first.size());
        assertNotEquals(first, pass(source, 2));
        assertEquals(first, pass(source, 1));
    }
}
