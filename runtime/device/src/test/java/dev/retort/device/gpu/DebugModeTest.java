package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.open;
import static dev.retort.device.gpu.Gpus.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.LaunchShape;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Use after close, use with a wrong context, and leaks. */
@ExtendWith(StandInExtension.class)
class DebugModeTest {
    @AfterEach
    void leaveDebugMode() {
        System.clearProperty(DeviceContext.DEBUG_PROPERTY);
    }

    private static DeviceContext debugged(int ordinal) {
        System.setProperty(DeviceContext.DEBUG_PROPERTY, "true");
        return open(ordinal);
    }

    @Test
    void everyObjectRefusesUseAfterClose() {
        try (DeviceContext context = open(0);
                Stream stream = context.createStream()) {
            DeviceBuffer buffer = context.allocate(16);
            DeviceMemory slice = buffer.slice(8, 8);
            PinnedBuffer pinned = context.allocatePinned(16);
            MemorySegment segment = pinned.segment();
            Event event = context.createEvent();
            KernelModule module = context.load(saxpyPtx());
            Kernel saxpy = module.kernel("saxpy");
            KernelArguments arguments =
                    saxpy.arguments()
                            .float32(0, 1)
                            .pointer(1, buffer)
                            .pointer(2, slice)
                            .int32(3, 1);
            MemoryPool pool = context.createPool();
            Stream other = context.createStream();
            Graph graph = other.capture(() -> {});
            ExecutableGraph replay = graph.instantiate();
            for (AutoCloseable one : List.of(buffer, pinned, event, pool, other, graph, replay)) {
                closeTwice(one);
            }
            refused("device buffer of 16 bytes is closed", buffer::address);
            refused("device buffer of 16 bytes is closed", slice::address);
            refused("device buffer of 16 bytes is closed", () -> slice.fill((byte) 0, stream));
            refused("device buffer of 16 bytes is closed", () -> buffer.slice(0, 1));
            refused(
                    "device buffer of 16 bytes is closed",
                    () -> saxpy.launch(stream, LaunchShape.linear(1, 1), arguments));
            refused("pinned buffer of 16 bytes is closed", pinned::segment);
            assertThrows(IllegalStateException.class, () -> segment.fill((byte) 0));
            refused("event is closed", () -> stream.record(event));
            refused("event is closed", () -> stream.waitFor(event));
            refused("event is closed", event::finished);
            refused("memory pool is closed", () -> pool.allocate(1, stream));
            refused("memory pool is closed", pool::statistics);
            refused("stream is closed", other::synchronize);
            refused("stream is closed", other::handle);
            refused("graph is closed", graph::instantiate);
            refused("executable graph is closed", () -> replay.launch(stream));
            closeTwice(module);
            refused("kernel module is closed", () -> module.kernel("saxpy"));
            refused(
                    "kernel module is closed",
                    () -> saxpy.launch(stream, LaunchShape.linear(1, 1), arguments));
        }
    }

    private static void closeTwice(AutoCloseable one) {
        try {
            one.close();
            one.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void refused(String message, Runnable use) {
        IllegalStateException refusal = assertThrows(IllegalStateException.class, use::run);
        assertEquals(message, refusal.getMessage());
        assertNull(refusal.getCause(), "a stack only in debug mode");
    }

    @Test
    void aClosedContextMakesNothingMoreAndLivesAsLongAsItsObjects(StandIn standIn) {
        DeviceContext context = open(0);
        Stream stream = context.createStream();
        DeviceBuffer buffer = context.allocate(16);
        context.close();
        context.close();
        assertThrows(IllegalStateException.class, () -> context.allocate(16));
        assertThrows(IllegalStateException.class, context::createStream);
        assertThrows(IllegalStateException.class, context::handle);
        buffer.fill((byte) 1, stream);
        stream.synchronize();
        buffer.close();
        assertEquals(1, standIn.count(StandIn.Counter.PRIMARY_REFERENCES));
        stream.close();
        assertEquals(0, standIn.count(StandIn.Counter.PRIMARY_REFERENCES));
    }

    @Test
    void thingsOfAnotherContextAreRefused() {
        try (DeviceContext here = open(0);
                DeviceContext there = open(1);
                Stream foreign = there.createStream();
                Event event = there.createEvent();
                DeviceBuffer buffer = here.allocate(16);
                Stream stream = here.createStream()) {
            IllegalStateException refusal =
                    assertThrows(IllegalStateException.class, () -> buffer.fill((byte) 0, foreign));
            assertEquals(
                    "stream belongs to device 1 (Retort simulated GPU 1 (not hardware)) and is"
                            + " used with device 0 (Retort simulated GPU 0 (not hardware))",
                    refusal.getMessage());
            assertThrows(IllegalStateException.class, () -> stream.record(event));
            // To wait for another device is what events are for.
            foreign.record(event);
            stream.waitFor(event);
        }
    }

    @Test
    void debugModeShowsWhereAnObjectWasClosed() {
        try (DeviceContext context = debugged(0)) {
            DeviceBuffer buffer = context.allocate(16);
            buffer.close();
            IllegalStateException refusal =
                    assertThrows(IllegalStateException.class, buffer::address);
            Throwable closed = refusal.getCause();
            assertNotNull(closed);
            assertEquals("device buffer of 16 bytes was closed here", closed.getMessage());
            assertTrue(namesThisTest(closed));
        }
    }

    @Test
    void debugModeListsWhatLeakedWithTheStackThatMadeIt() {
        System.setProperty(DeviceContext.DEBUG_PROPERTY, "true");
        List<OpenResource> leaks = new ArrayList<>();
        DeviceContext context = DeviceContext.open(Gpus.devices().all().getFirst(), leaks::add);
        DeviceBuffer leaked = context.allocate(48);
        context.createStream().close();
        List<OpenResource> open = context.openResources();
        assertEquals(1, open.size());
        assertEquals("device buffer of 48 bytes", open.getFirst().what());
        assertTrue(namesThisTest(open.getFirst().madeHere().orElseThrow()));
        context.close();
        assertEquals(open, leaks);
        leaked.close();
        assertEquals(List.of(), context.openResources());
    }

    @Test
    void withoutDebugModeNothingIsRemembered() {
        List<OpenResource> leaks = new ArrayList<>();
        DeviceContext context = DeviceContext.open(Gpus.devices().all().getFirst(), leaks::add);
        try (DeviceBuffer buffer = context.allocate(16)) {
            assertEquals(List.of(), context.openResources());
            context.close();
            assertEquals(List.of(), leaks);
            assertEquals(16, buffer.byteSize());
        }
    }

    private static boolean namesThisTest(Throwable stack) {
        return Arrays.stream(stack.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(DebugModeTest.class.getName()));
    }
}
