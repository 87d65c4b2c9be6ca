package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.buffer;
import static dev.retort.device.gpu.Gpus.devices;
import static dev.retort.device.gpu.Gpus.floats;
import static dev.retort.device.gpu.Gpus.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.CudaException;
import dev.retort.cuda.LaunchShape;
import dev.retort.cuda.OutOfDeviceMemoryException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/** What holds on every device, simulated or real. */
abstract class GpuContract {
    private static final int N = 1000;

    private DeviceContext context;
    private Stream stream;
    private KernelModule module;
    private Kernel saxpy;

    @BeforeEach
    void open() {
        context = devices().all().getFirst().open();
        stream = context.createStream();
        module = context.load(saxpyPtx());
        saxpy = module.kernel("saxpy");
    }

    @AfterEach
    void close() {
        module.close();
        stream.close();
        context.close();
    }

    private static float[] ramp(float factor) {
        float[] values = new float[N];
        for (int i = 0; i < N; i++) {
            values[i] = i * factor;
        }
        return values;
    }

    private KernelArguments arguments(float a, DeviceMemory x, DeviceMemory y, int n) {
        return saxpy.arguments().float32(0, a).pointer(1, x).pointer(2, y).int32(3, n);
    }

    @Test
    void aDeviceHasAnIdentityAndLimits() {
        Device device = context.device();
        assertEquals(0, device.ordinal());
        assertFalse(device.name().isBlank());
        assertInstanceOf(Available.class, device.nvmlUuid());
        assertInstanceOf(Available.class, device.identity().nvmlIndex());
        assertTrue(device.computeCapability().compareTo(new ComputeCapability(5, 0)) >= 0);
        assertTrue(device.totalMemoryBytes() > 0);
        assertEquals(32, device.limits().warpSize());
        assertTrue(device.limits().threadsPerBlock() >= 512);
        assertTrue(context.memory().freeBytes() <= context.memory().totalBytes());
        assertNotEquals(0, context.handle());
    }

    @Test
    void aKernelComputesOnSlices() {
        try (DeviceBuffer x = buffer(context, ramp(1));
                DeviceBuffer y = buffer(context, ramp(10))) {
            // The last 100 elements alone.
            DeviceMemory tailX = x.slice((N - 100) * 4L, 400);
            DeviceMemory tailY = y.slice((N - 100) * 4L, 400);
            saxpy.launch(stream, LaunchShape.covering(100, 64), arguments(2, tailX, tailY, 100));
            stream.synchronize();
            float[] expected = ramp(10);
            for (int i = N - 100; i < N; i++) {
                expected[i] = 12 * i;
            }
            assertArrayEquals(expected, floats(y));
            assertArrayEquals(ramp(1), floats(x));
        }
    }

    @Test
    void copiesGoInTheOrderOfTheStream() {
        long bytes = N * 4L;
        try (PinnedBuffer host = context.allocatePinned(bytes);
                DeviceBuffer a = context.allocate(bytes);
                DeviceBuffer b = context.allocate(2 * bytes)) {
            host.segment().copyFrom(MemorySegment.ofArray(ramp(3)));
            a.copyFrom(host.segment(), stream);
            b.fillInts(Float.floatToRawIntBits(7), stream);
            b.slice(bytes, bytes).copyFrom(a, stream);
            stream.synchronize();
            host.segment().fill((byte) 0);
            b.slice(bytes, bytes).copyTo(host.segment(), stream);
            stream.synchronize();
            assertArrayEquals(ramp(3), host.segment().toArray(ValueLayout.JAVA_FLOAT));
            float[] all = floats(b);
            assertEquals(7, all[0]);
            assertEquals(7, all[N - 1]);
            assertEquals(0, all[N]);
            a.fill((byte) 0x40, stream);
            stream.synchronize();
            assertEquals(0x40404040, Float.floatToRawIntBits(floats(a)[5]));
        }
    }

    @Test
    void aCopyWithoutAStreamIsDoneForAllStreams() {
        try (Arena arena = Arena.ofConfined();
                PinnedBuffer seen = context.allocatePinned(8);
                DeviceBuffer a = context.allocate(8)) {
            a.fill((byte) 0, stream);
            a.copyFrom(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2));
            a.copyTo(seen.segment(), stream);
            stream.synchronize();
            assertArrayEquals(new float[] {1, 2}, seen.segment().toArray(ValueLayout.JAVA_FLOAT));
            a.copyFrom(MemorySegment.ofArray(new float[] {3, 4}));
            a.copyTo(seen.segment(), stream);
            stream.synchronize();
            assertArrayEquals(new float[] {3, 4}, seen.segment().toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    @Test
    void largeCopiesFromTheHeapGoInPieces() {
        float[] values = new float[(5 << 18) + 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        try (DeviceBuffer buffer = buffer(context, values)) {
            assertArrayEquals(values, floats(buffer));
        }
    }

    @Test
    void memoryOfAPoolIsReused() {
        try (MemoryPool pool = context.createPool()) {
            pool.setReleaseThreshold(Long.MAX_VALUE);
            assertEquals(Long.MAX_VALUE, pool.releaseThreshold());
            try (DeviceBuffer first = pool.allocate(4096, stream)) {
                first.fill((byte) 1, stream);
            }
            stream.synchronize();
            MemoryPool.Statistics kept = pool.statistics();
            assertEquals(0, kept.usedBytes());
            assertTrue(kept.usedHighBytes() >= 4096);
            assertTrue(kept.reservedBytes() >= 4096);
            DeviceBuffer second = pool.allocate(4096, stream);
            try (Stream other = context.createStream();
                    Event ready = context.createUntimedEvent()) {
                stream.record(ready);
                other.waitFor(ready);
                second.fill((byte) 2, other);
                second.close(other);
                other.synchronize();
            }
            assertEquals(kept.reservedBytes(), pool.statistics().reservedBytes());
            pool.trim(0);
            pool.resetHighs();
            assertEquals(0, pool.statistics().usedHighBytes());
            assertEquals(0, pool.statistics().reservedBytes());
        }
        try (MemoryPool shared = context.defaultPool();
                DeviceBuffer buffer = shared.allocate(16, stream)) {
            buffer.fill((byte) 0, stream);
        }
    }

    @Test
    void eventsMeasureTime() {
        try (Event start = context.createEvent();
                Event end = context.createEvent();
                Event untimed = context.createUntimedEvent();
                DeviceBuffer buffer = context.allocate(1 << 20)) {
            stream.record(start);
            buffer.fill((byte) 1, stream);
            stream.record(end);
            end.synchronize();
            assertTrue(end.finished());
            assertTrue(stream.finished());
            assertTrue(end.millisecondsSince(start) >= 0);
            assertThrows(IllegalStateException.class, () -> untimed.millisecondsSince(start));
        }
    }

    @Test
    void aCompletionComesWithoutWaitingForIt() throws Exception {
        try (DeviceBuffer buffer = context.allocate(1 << 20)) {
            buffer.fill((byte) 1, stream);
            stream.completion().get(10, TimeUnit.SECONDS);
            assertTrue(stream.finished());
        }
    }

    @Test
    void aGraphReplaysWhatWasCaptured() {
        try (DeviceBuffer x = buffer(context, ramp(1));
                DeviceBuffer y = buffer(context, new float[N])) {
            KernelArguments arguments = arguments(1, x, y, N);
            LaunchShape shape = LaunchShape.covering(N, 256);
            ExecutableGraph replay;
            try (Graph graph =
                    stream.capture(
                            () -> {
                                y.fill((byte) 0, stream);
                                for (int i = 0; i < 3; i++) {
                                    saxpy.launch(stream, shape, arguments);
                                }
                            })) {
                stream.synchronize();
                assertArrayEquals(new float[N], floats(y), "nothing was done while recording");
                replay = graph.instantiate();
            }
            // The recorded launches keep the arguments that they had.
            arguments.float32(0, 100);
            try (replay) {
                replay.upload(stream);
                replay.launch(stream);
                replay.launch(stream);
                stream.synchronize();
                assertArrayEquals(ramp(3), floats(y));
            }
        }
    }

    @Test
    void aSpoiltCaptureEndsAndTheStreamLivesOn() {
        assertThrows(CudaException.class, () -> stream.capture(() -> context.allocate(1024)));
        RuntimeException ours = new IllegalArgumentException("of the caller");
        assertSame(
                ours,
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                stream.capture(
                                        () -> {
                                            throw ours;
                                        })));
        try (DeviceBuffer buffer = context.allocate(16)) {
            buffer.fill((byte) 0, stream);
            stream.synchronize();
        }
    }

    @Test
    void aGraphWithoutItsMemoryIsNotLaunched() {
        DeviceBuffer buffer = context.allocate(16);
        PinnedBuffer host = context.allocatePinned(16);
        try (Graph graph =
                        stream.capture(
                                () -> {
                                    buffer.fill((byte) 1, stream);
                                    buffer.copyTo(host.segment(), stream);
                                });
                ExecutableGraph replay = graph.instantiate()) {
            replay.launch(stream);
            stream.synchronize();
            assertEquals(1, host.segment().get(ValueLayout.JAVA_BYTE, 15));
            host.close();
            assertThrows(IllegalStateException.class, () -> replay.launch(stream));
            buffer.close();
            assertThrows(IllegalStateException.class, () -> replay.launch(stream));
        } finally {
            buffer.close();
            host.close();
        }
    }

    @Test
    void aMissingKernelIsNamed() {
        CudaException missing = assertThrows(CudaException.class, () -> module.kernel("daxpy"));
        assertEquals("CUDA_ERROR_NOT_FOUND", missing.name());
        assertTrue(missing.text().contains("\"daxpy\""), missing.text());
        assertThrows(CudaException.class, () -> module.global("bias"));
    }

    @Test
    void anArgumentOfTheWrongSizeIsRefused() {
        KernelArguments arguments = saxpy.arguments();
        assertEquals(4, arguments.count());
        IllegalArgumentException size =
                assertThrows(IllegalArgumentException.class, () -> arguments.float64(0, 1));
        assertEquals(
                "argument 0 of kernel saxpy: the parameter has 4 bytes, the value 8",
                size.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.int32(4, 1));
        IllegalStateException unset =
                assertThrows(
                        IllegalStateException.class,
                        () -> saxpy.launch(stream, LaunchShape.linear(1, 1), arguments));
        assertEquals("argument 0 of kernel saxpy is not set", unset.getMessage());
        assertThrows(IllegalArgumentException.class, () -> saxpy.arguments(4, 8, 8));
        assertEquals(4, saxpy.arguments(4, 8, 8, 4).count());
    }

    @Test
    void aLaunchBeyondTheLimitsNamesLimitAndValue() {
        try (DeviceBuffer x = context.allocate(16)) {
            KernelArguments arguments = arguments(1, x, x, 0);
            DeviceLimits limits = context.device().limits();
            assertEquals(
                    "launch of saxpy: %d threads of a block are more than the limit of %d"
                            .formatted(limits.threadsPerBlock() + 1, limits.threadsPerBlock()),
                    refusal(LaunchShape.linear(1, limits.threadsPerBlock() + 1), arguments));
            refusal(new LaunchShape(1, limits.gridY() + 1, 1, 1, 1, 1, 0), arguments);
            refusal(new LaunchShape(1, 1, 1, 1, 1, limits.blockZ() + 1, 0), arguments);
            refusal(
                    LaunchShape.linear(1, 1).withSharedBytes(limits.sharedBytesPerBlockOptIn() + 1),
                    arguments);
            refusal(LaunchShape.linear(32, 1).withCluster(32, 1, 1), arguments);
            // All that a block can have is given to it.
            saxpy.launch(
                    stream,
                    LaunchShape.linear(1, 1).withSharedBytes(limits.sharedBytesPerBlockOptIn()),
                    arguments);
            stream.synchronize();
        }
    }

    private String refusal(LaunchShape shape, KernelArguments arguments) {
        return String.valueOf(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> saxpy.launch(stream, shape, arguments))
                        .getMessage());
    }

    @Test
    void aCopyThatDoesNotFitIsRefused() {
        try (DeviceBuffer small = context.allocate(8);
                DeviceBuffer large = context.allocate(16);
                Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(12);
            assertEquals(
                    "copyFrom: 12 bytes of host memory do not fit 8 bytes of device memory",
                    assertThrows(IllegalArgumentException.class, () -> small.copyFrom(host))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> small.copyTo(host, stream));
            assertThrows(IllegalArgumentException.class, () -> small.copyFrom(large, stream));
            assertThrows(IndexOutOfBoundsException.class, () -> large.slice(8, 9));
            assertThrows(IndexOutOfBoundsException.class, () -> large.slice(-1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> large.slice(1, Long.MAX_VALUE));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> small.copyFrom(MemorySegment.ofArray(new byte[8]), stream),
                    "memory of the heap moves");
        }
    }

    @Test
    void codeThatTheDeviceCannotRunIsRefused() {
        CudaException newer =
                assertThrows(
                        CudaException.class,
                        () -> context.load(saxpyPtx().replace("sm_80", "sm_999")));
        assertTrue(newer.name().startsWith("CUDA_ERROR_"), newer.name());
        assertThrows(CudaException.class, () -> context.load("no code"));
    }

    @Test
    void tooMuchMemoryIsRefused() {
        long tooMuch = context.memory().totalBytes() * 2;
        OutOfDeviceMemoryException failure =
                assertThrows(OutOfDeviceMemoryException.class, () -> context.allocate(tooMuch));
        assertTrue(failure.text().contains("asked for " + tooMuch + " bytes"), failure.text());
        assertThrows(IllegalArgumentException.class, () -> context.allocate(0));
        context.allocate(1).close();
    }

    @Test
    void borrowedThingsAreNotClosed() {
        try (DeviceBuffer owner = buffer(context, 1, 2, 3)) {
            DeviceMemory view = context.borrowMemory(owner.address(), 12);
            try (Stream same = context.borrowStream(stream.handle())) {
                view.slice(4, 4).fillInts(Float.floatToRawIntBits(9), same);
            }
            stream.synchronize();
            assertArrayEquals(new float[] {1, 9, 3}, floats(view));
        }
        stream.synchronize();
    }
}
