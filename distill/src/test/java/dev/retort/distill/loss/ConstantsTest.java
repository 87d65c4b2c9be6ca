package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

class ConstantsTest {
    private static final int GRAPHS = 2000;

    @Test
    void aNumberOperandOfDjlIsFreedBeforeTheBackwardPassNeedsIt()
            throws ReflectiveOperationException {
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray x = manager.ones(new Shape(1));
            x.setRequiresGradient(true);
            int before = manager.getManagedArrays().size();
            x.mul(3f);
            // The result alone is left: the array made of the number is closed.
            assertEquals(before + 1, manager.getManagedArrays().size());

            // The same by hand, to look at the memory of the number.
            NDArray number = manager.create(3f);
            WeakReference<ByteBuffer> memory = new WeakReference<>(memory(number));
            NDArray y = x.mul(number);
            number.close();
            requireNonNull(memory.get()).putFloat(0, -7);
            collector.backward(y);
            assertEquals(-7f, x.getGradient().toFloatArray()[0]);
            System.gc();
            assertNull(memory.get());
        }
    }

    private static ByteBuffer memory(NDArray array) throws ReflectiveOperationException {
        Field field = array.getClass().getDeclaredField("dataRef");
        field.setAccessible(true);
        return (ByteBuffer) requireNonNull(field.get(array));
    }

    @Test
    void aConstantLivesUntilTheBackwardPass() {
        assertEquals(0, wrongGradients(x -> x.mul(Constants.vector(x, DataType.FLOAT32, 3))));
    }

    @Test
    void aCastOfDjlCutsTheGradientAndPromotionDoesNot() {
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray x = manager.ones(new Shape(2));
            x.setRequiresGradient(true);
            assertFalse(x.toType(DataType.FLOAT64, false).hasGradient());
            NDArray wide = x.mul(Constants.vector(x, DataType.FLOAT64, 3));
            assertEquals(DataType.FLOAT64, wide.getDataType());
            NDArray narrow = Constants.vector(x, DataType.FLOAT32, 2).mul(wide.sum());
            assertEquals(DataType.FLOAT32, narrow.getDataType());
            collector.backward(narrow.squeeze());
            assertArrayEquals(new float[] {6, 6}, x.getGradient().toFloatArray());
        }
    }

    /** Builds graphs of {@code 3 x}, collects garbage, reuses freed memory, and differentiates. */
    private static int wrongGradients(UnaryOperator<NDArray> timesThree) {
        int wrong = 0;
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            List<NDArray> inputs = new ArrayList<>();
            List<NDArray> outputs = new ArrayList<>();
            for (int i = 0; i < GRAPHS; i++) {
                NDArray x = manager.ones(new Shape(1));
                x.setRequiresGradient(true);
                inputs.add(x);
                outputs.add(timesThree.apply(x));
            }
            System.gc();
            List<ByteBuffer> reused = new ArrayList<>();
            for (int i = 0; i < 10 * GRAPHS; i++) {
                reused.add(
                        ByteBuffer.allocateDirect(4)
                                .order(ByteOrder.nativeOrder())
                                .putFloat(0, -7f));
            }
            for (int i = 0; i < GRAPHS; i++) {
                collector.backward(outputs.get(i));
                if (inputs.get(i).getGradient().toFloatArray()[0] != 3f) {
                    wrong++;
                }
            }
            assertEquals(10 * GRAPHS, reused.size());
        }
        return wrong;
    }
}
