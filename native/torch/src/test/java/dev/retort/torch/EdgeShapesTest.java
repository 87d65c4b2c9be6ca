package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.ForeignMemory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Arrays without axes or without elements, where DJL's documentation says what comes out. */
class EdgeShapesTest {
    private final Engine engine = Engine.getEngine(TorchEngine.NAME);
    private final NDManager manager = engine.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void anArrayWithoutSequencesHasNoMask() {
        NDArray empty = manager.create(new Shape(1, 0, 2));
        NDArray lengths = manager.create(new float[] {1});
        assertThrows(IllegalArgumentException.class, () -> empty.sequenceMask(lengths));
    }

    @Test
    void aShapeHasAtMost64Axes() {
        long[] axes = new long[64];
        Arrays.fill(axes, 1);
        assertEquals(64, manager.zeros(new Shape(axes)).getShape().dimension());
        Shape more = new Shape(axes).add(1);
        assertEquals(
                "expected a shape of at most 64 axes, found 65",
                assertThrows(IllegalArgumentException.class, () -> manager.create(more))
                        .getMessage());
        SettledHandles.count();
        int before = ForeignMemory.wrapped();
        MemorySegment memory = Arena.ofAuto().allocate(Float.BYTES);
        assertThrows(
                IllegalArgumentException.class,
                () -> NativeMemory.wrap(memory, more, DataType.FLOAT32, manager));
        assertEquals(before, ForeignMemory.wrapped());
    }

    @Test
    void aScalarIsTiledAlongAnAxisThatIsMade() {
        NDArray tiled = manager.create(5f).tile(1, 3);
        assertEquals(manager.create(new float[] {5, 5, 5}, new Shape(1, 3)), tiled);
    }
}
