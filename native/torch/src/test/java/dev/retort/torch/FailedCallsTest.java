package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A call that fails frees what it had made until then. The size of the process's address space
 * shows it, whether the memory has been written or not: the C library maps blocks of more than 32
 * MiB one by one. There are so many calls that the arenas of a few new threads, of 64 MiB each, are
 * not taken for a leak.
 */
class FailedCallsTest {
    private static final int CALLS = 24;
    private static final int BYTES = 40 << 20;
    private static final Shape FLOATS = new Shape(BYTES / Float.BYTES);
    private static final Shape LONGS = new Shape(BYTES / Long.BYTES);

    private final Engine engine = Engine.getEngine(TorchEngine.NAME);

    /** Fails when nearly all calls leave a block behind, which each has to itself a manager. */
    private void assertNothingStays(Class<? extends Exception> expected, Consumer<NDManager> call)
            throws IOException {
        long before = 0;
        for (int i = -2; i < CALLS; i++) {
            if (i == 0) {
                before = addressSpace();
            }
            try (NDManager manager = engine.newBaseManager()) {
                assertThrows(expected, () -> call.accept(manager));
            }
        }
        long growth = addressSpace() - before;
        assertTrue(growth < (long) CALLS * BYTES / 2, "bytes: " + growth);
    }

    private static long addressSpace() throws IOException {
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 2)[0];
        return Long.parseLong(pages) * 4096;
    }

    @Test
    void ofRandomNumbers() throws IOException {
        assertNothingStays(EngineException.class, m -> m.randomUniform(1, 0, FLOATS));
        assertNothingStays(
                EngineException.class, m -> m.randomNormal(0, -1, FLOATS, DataType.FLOAT32));
        assertNothingStays(
                EngineException.class, m -> m.randomUniform(0, 1, FLOATS, DataType.INT32));
    }

    @Test
    void ofARangeOfNoNumbers() throws IOException {
        assertNothingStays(
                UnsupportedOperationException.class,
                m -> m.arange(0, (float) LONGS.size(), 1, DataType.STRING));
    }

    @Test
    void ofOneHot() throws IOException {
        assertNothingStays(EngineException.class, m -> m.full(LONGS, 5, DataType.INT64).oneHot(3));
    }

    @Test
    void ofNorms() throws IOException {
        assertNothingStays(
                EngineException.class, m -> m.zeros(FLOATS).norm(3, new int[] {5}, false));
        assertNothingStays(
                EngineException.class, m -> m.zeros(FLOATS).norm(0, new int[] {5}, false));
    }

    @Test
    void ofCopies() throws IOException {
        assertNothingStays(
                EngineException.class,
                m -> m.zeros(FLOATS).copyTo(m.zeros(new Shape(1)).broadcast(FLOATS)));
    }

    @Test
    void ofWritingByIndex() throws IOException {
        assertNothingStays(
                EngineException.class,
                m -> {
                    NDArray target = m.zeros(FLOATS);
                    NDIndexFullSlice slice =
                            NDIndexFullSlice.fromIndex(new NDIndex(":5"), FLOATS).orElseThrow();
                    target.getNDArrayInternal()
                            .getIndexer(m)
                            .set(target, slice, m.ones(new Shape(7)));
                });
        assertNothingStays(
                EngineException.class,
                m -> {
                    NDArray places = m.zeros(LONGS, DataType.INT64);
                    m.zeros(new Shape(LONGS.size(), 2))
                            .set(
                                    new NDIndex().addAllDim().addPickDim(places),
                                    m.ones(new Shape(3)));
                });
    }

    @Test
    void ofResultsThatAManagerRefuses() throws IOException {
        assertNothingStays(
                IllegalStateException.class,
                m -> {
                    NDArray array = m.zeros(FLOATS);
                    m.cap();
                    array.split(2);
                });
        assertNothingStays(
                IllegalStateException.class,
                m -> {
                    long batch = FLOATS.size() / 8;
                    NDArray input = m.zeros(new Shape(1, batch, 1));
                    NDArray state = m.zeros(new Shape(1, batch, 8));
                    NDList weights = new NDList(m.zeros(new Shape(8, 1)), m.zeros(new Shape(8, 8)));
                    m.cap();
                    input.getNDArrayInternal()
                            .rnn(
                                    input,
                                    state,
                                    weights,
                                    false,
                                    1,
                                    RNN.Activation.TANH,
                                    0,
                                    false,
                                    false,
                                    false);
                });
    }
}
