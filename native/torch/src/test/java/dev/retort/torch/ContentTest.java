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
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** What goes from buffers into arrays and back. */
class ContentTest {
    private static final float[] PARTS = {1, 2, 3, 4, 5, 6};

    private final NDManager manager = Engine.getEngine(TorchEngine.NAME).newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray complex() {
        return manager.create(PARTS, new Shape(3, 2)).complex();
    }

    @Test
    void complexNumbersAreMadeOfAllTheirBytes() {
        NDArray source = complex();
        NDArray copy = manager.create(source.toByteBuffer(), source.getShape(), DataType.COMPLEX64);
        assertArrayEquals(PARTS, copy.real().toFloatArray());
    }

    @Test
    void complexNumbersAreSetFromAllTheirBytes() {
        NDArray source = complex();
        NDArray target = manager.zeros(new Shape(3), DataType.COMPLEX64);
        target.set(source.toByteBuffer());
        assertArrayEquals(PARTS, target.real().toFloatArray());
        NDArray columns = manager.zeros(new Shape(3, 2), DataType.COMPLEX64);
        columns.get(":, 1").set(source.toByteBuffer());
        assertArrayEquals(PARTS, columns.get(":, 1").duplicate().real().toFloatArray());
    }

    @Test
    void halfTheBytesOfComplexNumbersAreTooFew() {
        ByteBuffer half = manager.allocateDirect(3 * Float.BYTES);
        assertThrows(
                IllegalArgumentException.class,
                () -> manager.create(half, new Shape(3), DataType.COMPLEX64));
        NDArray target = complex();
        assertThrows(IllegalArgumentException.class, () -> target.set(half));
        assertArrayEquals(PARTS, target.real().toFloatArray());
    }

    @Test
    void elementsOfAnotherWidthAreRefused() {
        refused(FloatBuffer.allocate(2), DataType.FLOAT64, "8 bytes", "4 bytes");
        refused(IntBuffer.allocate(2), DataType.INT64, "8 bytes", "4 bytes");
        refused(LongBuffer.allocate(2), DataType.INT32, "4 bytes", "8 bytes");
        refused(ShortBuffer.allocate(2), DataType.FLOAT32, "4 bytes", "2 bytes");
    }

    private void refused(Buffer buffer, DataType type, String expected, String found) {
        Shape shape = new Shape(2);
        NDArray target = manager.ones(shape, type);
        for (String message :
                new String[] {
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> manager.create(buffer, shape, type))
                            .getMessage(),
                    assertThrows(IllegalArgumentException.class, () -> target.set(buffer))
                            .getMessage()
                }) {
            assertTrue(message.contains(expected) && message.contains(found), message);
        }
        assertEquals(manager.ones(shape, type), target);
    }

    @Test
    void elementsOfTheSameWidthAreTaken() {
        ShortBuffer ones = ShortBuffer.wrap(new short[] {0x3c00, 0x3c00});
        assertEquals(
                manager.ones(new Shape(2), DataType.FLOAT16),
                manager.create(ones, new Shape(2), DataType.FLOAT16));
    }

    @Test
    void aBufferIsReadFromItsPositionAndStaysAsItIs() {
        FloatBuffer floats = FloatBuffer.wrap(new float[] {0, 1, 2, 3, 4, 5}).position(2);
        NDArray array = manager.create(floats, new Shape(3), DataType.FLOAT32);
        assertEquals(manager.create(new float[] {2, 3, 4}), array);
        array.set(floats.position(3));
        assertEquals(manager.create(new float[] {3, 4, 5}), array);
        assertEquals(3, floats.position());
        assertEquals(6, floats.limit());
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1);
        assertEquals(
                manager.create(new byte[] {2, 3}),
                manager.create(bytes, new Shape(2), DataType.INT8));
    }

    @Test
    void aViewOfTheContentOutlivesItsArray() {
        SettledHandles.count();
        int before = ForeignMemory.wrapped();
        MemorySegment segment = Arena.ofAuto().allocate(2 * Float.BYTES, Float.BYTES);
        NDArray array = NativeMemory.wrap(segment, new Shape(2), DataType.FLOAT32, manager);
        ByteBuffer view = array.toByteBuffer(true);
        array.close();
        assertEquals(before + 1, ForeignMemory.wrapped());
        view.putFloat(Float.BYTES, 7);
        assertEquals(7, segment.getAtIndex(JAVA_FLOAT, 1));
    }
}
