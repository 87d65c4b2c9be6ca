package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.NativeMemory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Shares memory with the arrays of an engine; ends with an error where one side misses a write. */
public final class NativeMemoryRunner {
    private final NDManager manager;

    private NativeMemoryRunner(NDManager manager) {
        this.manager = manager;
    }

    /**
     * Runs.
     *
     * @param arguments the engine's name
     */
    public static void main(String[] arguments) {
        int code = 1;
        try (NDManager manager = Engine.getEngine(arguments[0]).newBaseManager()) {
            assertEquals(arguments[0], manager.getEngine().getEngineName());
            NativeMemoryRunner runner = new NativeMemoryRunner(manager);
            runner.bothSidesSeeWrites();
            runner.aViewBeginsAtItsFirstElement();
            runner.refusesStrides();
            runner.bothSidesSeeWritesToGivenMemory();
            if (manager.getEngine().getGpuCount() == 0) {
                runner.streamsNeedTheCudaPart();
            }
            code = 0;
        } catch (AssertionError | RuntimeException e) {
            e.printStackTrace(System.out);
        }
        // Threads of a pool of the engine must not keep the process alive.
        System.exit(code);
    }

    private void bothSidesSeeWrites() {
        NDArray array = manager.arange(6f).reshape(2, 3);
        MemorySegment segment = NativeMemory.segment(array);
        assertEquals(24, segment.byteSize());
        assertEquals(NativeMemory.address(array), segment.address());
        assertEquals(5, segment.getAtIndex(JAVA_FLOAT, 5));
        segment.setAtIndex(JAVA_FLOAT, 0, 7);
        assertEquals(7, array.getFloat(0, 0));
        array.addi(1);
        assertEquals(8, segment.getAtIndex(JAVA_FLOAT, 0));
        MemorySegment numbers = NativeMemory.segment(manager.create(new long[] {1, -2}));
        assertArrayEquals(new long[] {1, -2}, numbers.toArray(JAVA_LONG));
    }

    private void aViewBeginsAtItsFirstElement() {
        NDArray array = manager.arange(6f).reshape(2, 3);
        MemorySegment row = NativeMemory.segment(array.get("1"));
        assertEquals(NativeMemory.address(array) + 12, row.address());
        assertArrayEquals(new float[] {3, 4, 5}, row.toArray(JAVA_FLOAT));
    }

    private void refusesStrides() {
        NDArray turned = manager.arange(6f).reshape(2, 3).transpose();
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.segment(turned));
    }

    private void streamsNeedTheCudaPart() {
        String message =
                String.valueOf(
                        assertThrows(
                                        EngineException.class,
                                        () -> NativeMemory.currentStream(Device.gpu()))
                                .getMessage());
        assertTrue(message.startsWith("streams need libtorch's CUDA part, "), message);
    }

    private void bothSidesSeeWritesToGivenMemory() {
        MemorySegment segment = Arena.ofAuto().allocateFrom(JAVA_FLOAT, 1, 2, 3, 4);
        NDArray array = NativeMemory.wrap(segment, new Shape(2, 2), DataType.FLOAT32, manager);
        assertEquals(segment.address(), NativeMemory.address(array));
        array.muli(2);
        assertArrayEquals(new float[] {2, 4, 6, 8}, segment.toArray(JAVA_FLOAT));
        segment.setAtIndex(JAVA_FLOAT, 3, -1);
        assertArrayEquals(new float[] {2, 4, 6, -1}, array.toFloatArray());
        array.close();
        assertEquals(6, segment.getAtIndex(JAVA_FLOAT, 2));
    }
}
