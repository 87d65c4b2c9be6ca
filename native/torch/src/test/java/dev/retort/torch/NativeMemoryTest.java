package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.ForeignMemory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How long shared memory lives, and what cannot be shared. What both engines have in common is
 * tested on each by {@code NativeMemoryOfEnginesTest}.
 */
class NativeMemoryTest {
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = Engine.getEngine(TorchEngine.NAME).newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aSegmentOutlivesItsArray() {
        NDArray array = manager.ones(new Shape(100_000));
        MemorySegment segment = NativeMemory.segment(array);
        array.close();
        try (NDArray other = manager.zeros(new Shape(100_000))) {
            assertEquals(1, segment.getAtIndex(JAVA_FLOAT, 99_999));
            assertEquals(0, other.getFloat(99_999));
        }
    }

    @Test
    void wrapsMemoryUntilTheLastViewIsClosed() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = arena.allocateFrom(JAVA_FLOAT, 1, 2, 3, 4);
            // What other tests have dropped is not to be freed while this one counts.
            SettledHandles.count();
            int before = ForeignMemory.wrapped();
            NDArray array = NativeMemory.wrap(segment, new Shape(2, 2), DataType.FLOAT32, manager);
            assertEquals(segment.address(), NativeMemory.address(array));
            array.muli(2);
            assertArrayEquals(new float[] {2, 4, 6, 8}, segment.toArray(JAVA_FLOAT));
            NDArray view = array.get("1");
            array.close();
            assertEquals(before + 1, ForeignMemory.wrapped());
            assertArrayEquals(new float[] {6, 8}, view.toFloatArray());
            view.close();
            assertEquals(before, ForeignMemory.wrapped());
        }
    }

    @Test
    void saysWhatCannotBeWrapped() {
        Shape shape = new Shape(2);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(12, 8);
            for (MemorySegment wrong :
                    new MemorySegment[] {
                        segment,
                        segment.asSlice(0, 8).asReadOnly(),
                        segment.asSlice(1, 8),
                        MemorySegment.ofArray(new float[2])
                    }) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> NativeMemory.wrap(wrong, shape, DataType.FLOAT32, manager));
            }
            NDArray array =
                    NativeMemory.wrap(segment.asSlice(0, 8), shape, DataType.FLOAT32, manager);
            assertTrue(array.getManager() == manager);
            array.close();
        }
    }
}
