package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

class FastDropoutTest {
    private static final Engine ENGINE = Engine.getEngine(TorchEngine.NAME);

    /** The elements that share a 64-bit word. */
    private static final int LANES = 4;

    private static final int PER_LANE = 50_000;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = ENGINE.newBaseManager();
        ENGINE.setRandomSeed(7);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static NDArray dropped(NDArray x, float rate) {
        return x.getNDArrayInternal().dropout(x, rate, true).singletonOrThrow();
    }

    private static NDArray fast(NDArray x, float rate) {
        try (FastDropout _ = FastDropout.open()) {
            return dropped(x, rate);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0.03f, 0.1f, 0.5f, 0.9f})
    void dropsAtTheRateWhereverAnElementLies(float rate) {
        float[] values = fast(manager.ones(new Shape(LANES * PER_LANE)), rate).toFloatArray();
        double share = Math.round((1 - (double) rate) * 65536) / 65536.0;
        double tolerance = 5 * Math.sqrt(share * (1 - share) * PER_LANE);
        for (int lane = 0; lane < LANES; lane++) {
            int kept = 0;
            for (int i = lane; i < values.length; i += LANES) {
                if (values[i] != 0) {
                    assertEquals(1 / share, values[i], 1e-6);
                    kept++;
                }
            }
            assertEquals(share * PER_LANE, kept, tolerance, "lane " + lane);
        }
    }

    @Test
    void theGradientIsDroppedAlike() {
        NDArray x = manager.randomUniform(1, 2, new Shape(7, 9));
        x.setRequiresGradient(true);
        try (GradientCollector collector = ENGINE.newGradientCollector()) {
            NDArray y = fast(x, 0.4f);
            collector.backward(y.sum());
            assertArrayEquals(y.div(x).toFloatArray(), x.getGradient().toFloatArray(), 1e-6f);
        }
    }

    @Test
    void aSeedGivesTheSameAndAnotherThanOutside() {
        NDArray x = manager.ones(new Shape(1000));
        float[] first = fast(x, 0.5f).toFloatArray();
        float[] second = fast(x, 0.5f).toFloatArray();
        assertFalse(Arrays.equals(first, second));
        ENGINE.setRandomSeed(7);
        assertArrayEquals(first, fast(x, 0.5f).toFloatArray());
        ENGINE.setRandomSeed(7);
        assertFalse(Arrays.equals(first, dropped(x, 0.5f).toFloatArray()));
    }

    @Test
    void keepsShapesAndTypes() {
        for (DataType type :
                new DataType[] {DataType.FLOAT16, DataType.BFLOAT16, DataType.FLOAT64}) {
            for (Shape shape : new Shape[] {new Shape(), new Shape(0, 3), new Shape(3, 1, 5)}) {
                NDArray y = fast(manager.ones(shape, type), 0.5f);
                assertEquals(shape, y.getShape());
                assertEquals(type, y.getDataType());
            }
        }
        NDArray turned = manager.ones(new Shape(3, 5)).transpose();
        assertEquals(new Shape(5, 3), fast(turned, 0.5f).getShape());
    }

    @Test
    void theEndsAreExact() {
        NDArray x = manager.ones(new Shape(100));
        assertArrayEquals(x.toFloatArray(), fast(x, 0).toFloatArray());
        assertArrayEquals(new float[100], fast(x, 1).toFloatArray());
        NDArray evaluated;
        try (FastDropout _ = FastDropout.open()) {
            evaluated = x.getNDArrayInternal().dropout(x, 0.5f, false).singletonOrThrow();
        }
        assertArrayEquals(x.toFloatArray(), evaluated.toFloatArray());
    }

    @Test
    void holdsForItsScopeAndThreadAlone() throws InterruptedException {
        NDArray x = manager.ones(new Shape(1000));
        ENGINE.setRandomSeed(7);
        float[] usual = dropped(x, 0.5f).toFloatArray();
        AtomicReference<float[]> elsewhere = new AtomicReference<>();
        try (FastDropout _ = FastDropout.open()) {
            FastDropout.open().close();
            ENGINE.setRandomSeed(7);
            assertFalse(Arrays.equals(usual, dropped(x, 0.5f).toFloatArray()));
            ENGINE.setRandomSeed(7);
            Thread other = new Thread(() -> elsewhere.set(dropped(x, 0.5f).toFloatArray()));
            other.start();
            other.join();
        }
        assertArrayEquals(usual, elsewhere.get());
        ENGINE.setRandomSeed(7);
        assertArrayEquals(usual, dropped(x, 0.5f).toFloatArray());
    }

    @Test
    void isClosedOnce() {
        NDArray x = manager.ones(new Shape(1000));
        float[] usual = dropped(x, 0.5f).toFloatArray();
        FastDropout first = FastDropout.open();
        first.close();
        try (FastDropout _ = FastDropout.open()) {
            first.close();
            ENGINE.setRandomSeed(7);
            assertFalse(Arrays.equals(usual, dropped(x, 0.5f).toFloatArray()));
        }
    }

    @Test
    void isClosedByTheThreadThatOpenedIt() throws InterruptedException {
        AtomicReference<Exception> thrown = new AtomicReference<>();
        try (FastDropout scope = FastDropout.open()) {
            Thread other =
                    new Thread(
                            () ->
                                    thrown.set(
                                            assertThrows(
                                                    IllegalStateException.class, scope::close)));
            other.start();
            other.join();
        }
        assertTrue(thrown.get() instanceof IllegalStateException);
    }
}
