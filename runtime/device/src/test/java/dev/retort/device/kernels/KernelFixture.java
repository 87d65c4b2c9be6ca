package dev.retort.device.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.Stream;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A device with a stream, and the buffers of a test, which it closes. */
final class KernelFixture implements AutoCloseable {
    /** Bytes behind each buffer that no kernel may touch. */
    private static final int GUARD_BYTES = 64;

    private static final byte GUARD = (byte) 0xa5;

    final DeviceContext context;
    final Stream stream;
    final RandomGenerator random = new SplittableRandom(20);

    private record Guarded(DeviceBuffer buffer, long bytes) {}

    private final Deque<Guarded> buffers = new ArrayDeque<>();

    KernelFixture() {
        Devices devices =
                switch (Devices.probe()) {
                    case Available<Devices>(Devices found) -> found;
                    case Unavailable<Devices>(var reasons) -> fail("unavailable: " + reasons);
                };
        this.context = devices.all().getFirst().open();
        this.stream = context.createStream();
    }

    /** Memory with the content of an array, followed by the guard. */
    DeviceMemory upload(MemorySegment host) {
        DeviceMemory memory = poisoned(host.byteSize());
        memory.copyFrom(host);
        return memory;
    }

    DeviceMemory floats(float... values) {
        return upload(MemorySegment.ofArray(values));
    }

    DeviceMemory ints(int... values) {
        return upload(MemorySegment.ofArray(values));
    }

    /** Memory full of bits that are NaN in every type, followed by the guard. */
    DeviceMemory poisoned(long bytes) {
        DeviceBuffer buffer = context.allocate(bytes + GUARD_BYTES);
        buffers.push(new Guarded(buffer, bytes));
        byte[] content = new byte[Math.toIntExact(bytes + GUARD_BYTES)];
        Arrays.fill(content, (byte) 0xff);
        Arrays.fill(content, (int) bytes, content.length, GUARD);
        buffer.copyFrom(MemorySegment.ofArray(content));
        return buffer.slice(0, bytes);
    }

    float[] floats(DeviceMemory memory) {
        stream.synchronize();
        float[] values = new float[(int) (memory.byteSize() / Float.BYTES)];
        memory.copyTo(MemorySegment.ofArray(values));
        return values;
    }

    int[] ints(DeviceMemory memory) {
        stream.synchronize();
        int[] values = new int[(int) (memory.byteSize() / Integer.BYTES)];
        memory.copyTo(MemorySegment.ofArray(values));
        return values;
    }

    /** A class for each row; one in four has none. */
    int[] labels(int rows, int classes) {
        return random.ints(rows, 0, classes)
                .map(label -> random.nextInt(4) == 0 ? -1 : label)
                .toArray();
    }

    @Nullable DeviceMemory optionalInts(int @Nullable [] values) {
        return values == null ? null : ints(values);
    }

    @Override
    public void close() {
        stream.synchronize();
        for (Guarded guarded : buffers) {
            byte[] guard = new byte[GUARD_BYTES];
            guarded.buffer.slice(guarded.bytes, GUARD_BYTES).copyTo(MemorySegment.ofArray(guard));
            for (byte b : guard) {
                assertTrue(b == GUARD, "a kernel wrote behind its output");
            }
            guarded.buffer.close();
        }
        stream.close();
        context.close();
    }
}
