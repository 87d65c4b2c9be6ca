package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.fail;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/** What the tests of the driver share. */
final class Drivers {
    private Drivers() {}

    static <T> T available(Availability<T> availability) {
        return switch (availability) {
            case Available<T>(T value) -> value;
            case Unavailable<T>(var reasons) -> fail("unavailable: " + reasons);
        };
    }

    static CudaDriver driver() {
        return available(CudaDriver.probe());
    }

    /** Runs a test with the primary context of device 0 current. */
    static void inContext(Consumer<CudaDriver> test) {
        CudaDriver driver = driver();
        int device = driver.devices().handle(0);
        driver.contexts().push(driver.contexts().retainPrimary(device));
        try {
            test.accept(driver);
        } finally {
            driver.contexts().pop();
            driver.contexts().releasePrimary(device);
        }
    }

    static String saxpyPtx() {
        try (InputStream in =
                Objects.requireNonNull(Drivers.class.getResourceAsStream("saxpy.ptx"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static long load(CudaDriver driver, String ptx) {
        try (Arena arena = Arena.ofConfined()) {
            return driver.modules().load(arena.allocateFrom(ptx));
        }
    }

    /** The argument pointers of saxpy. */
    static MemorySegment saxpyArguments(Arena arena, float a, long x, long y, int n) {
        MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, 4);
        pointers.setAtIndex(ValueLayout.ADDRESS, 0, arena.allocateFrom(ValueLayout.JAVA_FLOAT, a));
        pointers.setAtIndex(ValueLayout.ADDRESS, 1, arena.allocateFrom(ValueLayout.JAVA_LONG, x));
        pointers.setAtIndex(ValueLayout.ADDRESS, 2, arena.allocateFrom(ValueLayout.JAVA_LONG, y));
        pointers.setAtIndex(ValueLayout.ADDRESS, 3, arena.allocateFrom(ValueLayout.JAVA_INT, n));
        return pointers;
    }

    static MemorySegment floats(Arena arena, float... values) {
        return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    }

    static float[] floats(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_FLOAT);
    }
}
