package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import dev.retort.torch.abi.Autograd;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicBoolean;

/** What goes wrong in DJL's PyTorch engine goes right here. */
class TrapsTest {
    private final Engine engine = Engine.getEngine(TorchEngine.NAME);
    private final NDManager manager = engine.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray parameter(float... values) {
        NDArray array = manager.create(values);
        array.setRequiresGradient(true);
        return array;
    }

    @Test
    void aNumberInAGraphLivesUntilTheBackwardPass() {
        NDArray weight = parameter(1, 2);
        try (GradientCollector collector = engine.newGradientCollector()) {
            NDArray loss = weight.mul(3f).div(2f).pow(2f).sum();
            // Memory of the numbers would be reused by these if they were freed already.
            for (int i = 0; i < 10_000; i++) {
                manager.create(Float.NaN).close();
            }
            collector.backward(loss);
        }
        assertArrayEquals(new float[] {4.5f, 9}, weight.getGradient().toFloatArray());
    }

    @Test
    void copyToWritesIntoTheMemoryThatIsThere() {
        NDArray target = manager.zeros(new Shape(2, 2));
        NDArray view = target.get(0);
        NDArray source = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
        source.copyTo(target);
        assertArrayEquals(new float[] {1, 2}, view.toFloatArray());
        source.muli(0);
        assertArrayEquals(new float[] {1, 2, 3, 4}, target.toFloatArray());
        target.set(new float[] {5, 6, 7, 8});
        assertArrayEquals(new float[] {5, 6}, view.toFloatArray());
    }

    @Test
    void aChangeOfTypeKeepsTheGradient() {
        NDArray weight = parameter(1, 2);
        try (GradientCollector collector = engine.newGradientCollector()) {
            NDArray wide = weight.toType(DataType.FLOAT64, false);
            collector.backward(wide.mul(wide).sum());
        }
        assertArrayEquals(new float[] {2, 4}, weight.getGradient().toFloatArray());
    }

    @Test
    void zeroGradientsResetsWhatIsNotANumber() {
        NDArray weight = parameter(0);
        try (GradientCollector collector = engine.newGradientCollector()) {
            collector.backward(weight.log().mul(0f).sum());
        }
        assertTrue(Float.isNaN(weight.getGradient().getFloat(0)));
        try (GradientCollector collector = engine.newGradientCollector()) {
            collector.zeroGradients();
        }
        assertArrayEquals(new float[] {0}, weight.getGradient().toFloatArray());
    }

    @Test
    void readingAGradientDoesNotFillTheManager() {
        NDArray weight = parameter(1, 2);
        assertArrayEquals(new float[] {0, 0}, weight.getGradient().toFloatArray());
        try (GradientCollector collector = engine.newGradientCollector()) {
            collector.backward(weight.sum());
        }
        NDArray gradient = weight.getGradient();
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 10; i++) {
            assertSame(gradient, weight.getGradient());
        }
        assertEquals(before, manager.getManagedArrays().size());
        gradient.close();
        assertArrayEquals(new float[] {1, 1}, weight.getGradient().toFloatArray());
    }

    @Test
    void readingTheGradientOfEachStepDoesNotFillTheManager() {
        TorchNDArray weight = (TorchNDArray) parameter(1, 2);
        step(weight);
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 10; i++) {
            step(weight);
            assertArrayEquals(new float[] {0, 0}, weight.getGradient().toFloatArray());
        }
        step(weight);
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void aGradientMayBeUsedUntilTheNextIsRead() {
        TorchNDArray weight = (TorchNDArray) parameter(1, 2);
        NDArray held = step(weight);
        assertArrayEquals(new float[] {1, 1}, held.toFloatArray());
        try (NDManager own = manager.newSubManager()) {
            NDArray kept = step(weight);
            assertTrue(held.isReleased());
            kept.attach(own);
            step(weight);
            assertArrayEquals(new float[] {1, 1}, kept.toFloatArray());
        }
    }

    /** Reads a gradient and takes it off, as a fused optimizer does. */
    private NDArray step(TorchNDArray weight) {
        try (GradientCollector collector = engine.newGradientCollector();
                NDArray loss = weight.sum()) {
            collector.backward(loss);
        }
        NDArray gradient = weight.getGradient();
        weight.removeGradient();
        return gradient;
    }

    @Test
    void noThreadRecordsGradientsUnlessAskedTo() throws InterruptedException {
        NDArray weight = parameter(1);
        AtomicBoolean recorded = new AtomicBoolean(true);
        Runnable use = () -> recorded.set(isRecorded(weight));
        try (GradientCollector _ = engine.newGradientCollector()) {
            assertTrue(isRecorded(weight));
            Thread platform = Thread.ofPlatform().start(use);
            platform.join();
            assertFalse(recorded.getAndSet(true));
            Thread virtual = Thread.ofVirtual().start(use);
            virtual.join();
            assertFalse(recorded.get());
        }
        assertFalse(isRecorded(weight));
    }

    private static boolean isRecorded(NDArray weight) {
        return Autograd.requiresGrad(((TorchNDArray) weight.mul(2f)).handle());
    }
}
