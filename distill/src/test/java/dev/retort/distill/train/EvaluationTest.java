package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
    private static final float[][] LOGITS = {
        {2, 0, -1}, {0, 1, 3}, {-2, 4, 1}, {5, 5.5f, 0}, {0.25f, 0, 0}
    };
    private static final long[] CLASSES = {0, 1, 1, 0, 2};

    private final NDManager manager = NDManager.newBaseManager();
    // The samples are their own logits.
    private final Block block = Blocks.identityBlock();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void agreesWithLossAndAccuracyByHandWhateverTheLastBatchHolds(int batchSize) {
        double loss = 0;
        for (int i = 0; i < CLASSES.length; i++) {
            double sum = 0;
            for (float logit : LOGITS[i]) {
                sum += Math.exp(logit);
            }
            loss += Math.log(sum) - LOGITS[i][Math.toIntExact(CLASSES[i])];
        }
        Evaluation found = Evaluation.of(block, source(batchSize), manager);
        assertEquals(loss / CLASSES.length, found.loss(), 1e-6);
        // The first and the third sample.
        assertEquals(0.4, found.accuracy(), 1e-15);
        assertEquals(CLASSES.length, found.samples());
    }

    @Test
    void leavesNothingBehind() {
        BatchSource source = source(2);
        int before = manager.getManagedArrays().size();
        assertEquals(5, Evaluation.of(block, source, manager).samples());
        assertEquals(before, manager.getManagedArrays().size());
    }

    private BatchSource source(int batchSize) {
        float[] flat = new float[LOGITS.length * 3];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = LOGITS[i / 3][i % 3];
        }
        NDArray logits = manager.create(flat, new Shape(LOGITS.length, 3));
        return TensorSource.ordered(logits, new NDList(manager.create(CLASSES)), batchSize);
    }
}
