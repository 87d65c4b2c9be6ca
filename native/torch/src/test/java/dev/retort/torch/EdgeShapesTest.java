package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    void aScalarIsTiledAlongAnAxisThatIsMade() {
        NDArray tiled = manager.create(5f).tile(1, 3);
        assertEquals(manager.create(new float[] {5, 5, 5}, new Shape(1, 3)), tiled);
    }
}
