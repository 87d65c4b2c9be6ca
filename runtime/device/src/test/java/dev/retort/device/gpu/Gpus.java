package dev.retort.device.gpu;

import static org.junit.jupiter.api.Assertions.fail;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** What the tests of devices share. */
final class Gpus {
    private Gpus() {}

    static <T> T available(Availability<T> availability) {
        return switch (availability) {
            case Available<T>(T value) -> value;
            case Unavailable<T>(var reasons) -> fail("unavailable: " + reasons);
        };
    }

    /** The devices, whatever the environment of the build says. */
    static Devices devices() {
        return available(Devices.probe(Map.of()));
    }

    static DeviceContext open(int ordinal) {
        return devices().all().get(ordinal).open();
    }

    static String saxpyPtx() {
        try (InputStream in = Objects.requireNonNull(Gpus.class.getResourceAsStream("saxpy.ptx"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A buffer with values. */
    static DeviceBuffer buffer(DeviceContext context, float... values) {
        DeviceBuffer buffer = context.allocate(values.length * (long) Float.BYTES);
        buffer.copyFrom(MemorySegment.ofArray(values));
        return buffer;
    }

    /** The whole content. */
    static float[] floats(DeviceMemory memory) {
        float[] values = new float[(int) (memory.byteSize() / Float.BYTES)];
        memory.copyTo(MemorySegment.ofArray(values));
        return values;
    }

    /** Frees what the stand-in refused to free, so that it leaves nothing behind. */
    static void freeAll(int ordinal, DeviceBuffer... refused) {
        try (DeviceContext context = open(ordinal)) {
            for (DeviceBuffer one : refused) {
                context.run(() -> context.driver().memory().free(one.rawAddress()));
            }
        }
    }
}
