package dev.retort.distill.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

@Tag("engines")
class SelectiveScanTest {
    private static final int BATCH = 2;
    private static final int LENGTH = 11;
    private static final int CHANNELS = 3;
    private static final int SIZE = 4;

    private final NDManager manager = NDManager.newBaseManager();
    private final Numbers numbers = new Numbers(manager, 1);
    private final NDArray x = numbers.normal(BATCH, LENGTH, CHANNELS);
    private final NDArray delta = numbers.between(0.01, 2, BATCH, LENGTH, CHANNELS);
    private final NDArray a = numbers.between(-3, -0.1, CHANNELS, SIZE);
    private final NDArray b = numbers.normal(BATCH, LENGTH, SIZE);
    private final NDArray c = numbers.normal(BATCH, LENGTH, SIZE);

    @AfterEach
    void close() {
        manager.close();
    }

    /** The recurrence, position by position, with the state of one sequence at a time. */
    static double[] recurrence(NDArray x, NDArray delta, NDArray a, NDArray b, NDArray c) {
        int batch = (int) x.size(0);
        int length = (int) x.size(1);
        int channels = (int) x.size(2);
        int size = (int) a.size(1);
        double[] xs = x.toDoubleArray();
        double[] deltas = delta.toDoubleArray();
        double[] as = a.toDoubleArray();
        double[] bs = b.toDoubleArray();
        double[] cs = c.toDoubleArray();
        double[] y = new double[xs.length];
        for (int sequence = 0; sequence < batch; sequence++) {
            double[] h = new double[channels * size];
            for (int t = 0; t < length; t++) {
                int position = sequence * length + t;
                for (int e = 0; e < channels; e++) {
                    int at = position * channels + e;
                    for (int n = 0; n < size; n++) {
                        int state = e * size + n;
                        h[state] =
                                Math.exp(deltas[at] * as[state]) * h[state]
                                        + deltas[at] * bs[position * size + n] * xs[at];
                        y[at] += cs[position * size + n] * h[state];
                    }
                }
            }
        }
        return y;
    }

    private static NDArray scan(
            int chunk, NDArray x, NDArray delta, NDArray a, NDArray b, NDArray c) {
        return new SelectiveScan(chunk).from(empty(x, a), x, delta, a, b, c).outputs();
    }

    private static NDArray empty(NDArray x, NDArray a) {
        Shape shape = new Shape(x.size(0), x.size(2), a.size(1));
        return x.getManager().zeros(shape, x.getDataType());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 10, 11, 64})
    void anyChunkGivesTheRecurrence(int chunk) {
        NDArray y = scan(chunk, x, delta, a, b, c);
        assertArrayEquals(recurrence(x, delta, a, b, c), y.toDoubleArray(), 1e-12);
    }

    /** Cut within a chunk, at its end, after one position and before the last. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, LENGTH - 1})
    void whatFollowsGoesOnFromTheStateBefore(int cut) {
        SelectiveScan scan = new SelectiveScan(4);
        NDArray state = empty(x, a);
        NDList parts = new NDList();
        for (int[] part : new int[][] {{0, cut}, {cut, LENGTH}}) {
            NDIndex some = new NDIndex(":, {}:{}", part[0], part[1]);
            SelectiveScan.Scanned scanned =
                    scan.from(state, x.get(some), delta.get(some), a, b.get(some), c.get(some));
            parts.add(scanned.outputs());
            state = scanned.last();
        }
        NDArray y = NDArrays.concat(parts, 1);
        assertArrayEquals(recurrence(x, delta, a, b, c), y.toDoubleArray(), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 11})
    void gradientsAreThoseOfTheOutputs(int chunk) {
        NDArray weights = numbers.normal(BATCH, LENGTH, CHANNELS);
        FiniteDifferences.check(
                manager,
                new NDList(x, delta, a, b, c),
                () -> scan(chunk, x, delta, a, b, c).mul(weights).sum());
    }

    @Test
    void neverOverflowsWhereStatesDieAtOnce() {
        Shape shape = new Shape(1, 200, 1);
        NDArray ones = manager.ones(shape);
        NDArray large = ones.mul(50f);
        NDArray fast = manager.create(new float[] {-100}, new Shape(1, 1));
        float[] y = scan(16, ones, large, fast, ones, ones).toFloatArray();
        // Only the present input is left, times its Δ.
        float[] expected = new float[200];
        Arrays.fill(expected, 50);
        assertArrayEquals(expected, y, 1e-4f);
        assertTrue(Float.isFinite(y[199]));
    }
}
