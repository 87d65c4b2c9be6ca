package dev.retort.cuda;

import static dev.retort.cuda.Drivers.floats;
import static dev.retort.cuda.Drivers.inContext;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandIn.Counter;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

@ExtendWith(StandInExtension.class)
class CudaMemoryTest {
    @Test
    void memoryIsAllocatedAndFreed(StandIn standIn) {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long address = memory.allocate(1000);
                    assertEquals(0, address % 256);
                    assertEquals(1000, standIn.count(Counter.BYTES));
                    assertEquals(
                            new CudaMemory.Info(StandIn.MEMORY_BYTES - 1000, StandIn.MEMORY_BYTES),
                            memory.info());
                    memory.free(address);
                    assertEquals(
                            "cuMemFree_v2",
                            assertThrows(CudaException.class, () -> memory.free(address))
                                    .function());
                });
    }

    @Test
    void memoryRunsOut() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long most = memory.allocate(StandIn.MEMORY_BYTES - 10);
                    OutOfDeviceMemoryException failure =
                            assertThrows(
                                    OutOfDeviceMemoryException.class, () -> memory.allocate(11));
                    assertEquals("cuMemAlloc_v2", failure.function());
                    assertTrue(failure.text().endsWith("asked for 11 bytes"), failure.text());
                    memory.free(memory.allocate(10));
                    memory.free(most);
                });
    }

    @Test
    void bytesSurviveTheRoundTrip() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long a = memory.allocate(16);
                    long b = memory.allocate(16);
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment back = arena.allocate(16);
                        memory.copyToDevice(a, floats(arena, 1, 2, 3, 4));
                        memory.copyOnDevice(b, a, 16);
                        memory.copyToHost(back, b);
                        assertArrayEquals(new float[] {1, 2, 3, 4}, floats(back));
                        memory.fill(b + 8, (byte) 0, 8);
                        memory.copyToHost(back, b);
                        assertArrayEquals(new float[] {1, 2, 0, 0}, floats(back));
                    }
                    memory.free(a);
                    memory.free(b);
                });
    }

    @Test
    void aCopyToTheDeviceIsDoneForOtherStreamsOnceTheDefaultOneIsWaitedFor() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long stream = driver.streams().create(0);
                    long address = memory.allocate(8);
                    MemorySegment seen = memory.allocatePinned(8);
                    memory.fillAsync(address, (byte) 0, 8, stream);
                    driver.streams().synchronize(stream);
                    try (Arena arena = Arena.ofConfined()) {
                        memory.copyToDevice(address, floats(arena, 1, 2));
                        memory.copyToHostAsync(seen, address, stream);
                        driver.streams().synchronize(stream);
                        assertArrayEquals(new float[] {0, 0}, floats(seen), "still on its way");
                        driver.streams().synchronize(0);
                        memory.copyToHostAsync(seen, address, stream);
                        driver.streams().synchronize(stream);
                        assertArrayEquals(new float[] {1, 2}, floats(seen));
                    }
                    memory.freePinned(seen);
                    memory.free(address);
                    driver.streams().destroy(stream);
                });
    }

    @Test
    void bytesSurviveTheRoundTripInAStream() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long stream = driver.streams().create(0);
                    long a = memory.allocateAsync(8, stream);
                    long b = memory.allocateAsync(8, stream);
                    MemorySegment pinned = memory.allocatePinned(8);
                    assertEquals(8, pinned.byteSize());
                    pinned.set(ValueLayout.JAVA_LONG, 0, 0x1122334455667788L);
                    memory.copyToDeviceAsync(a, pinned, stream);
                    memory.copyOnDeviceAsync(b, a, 8, stream);
                    memory.fillAsync(b, (byte) 0x7f, 1, stream);
                    memory.copyToHostAsync(pinned, b, stream);
                    driver.streams().synchronize(stream);
                    assertEquals(0x112233445566777fL, pinned.get(ValueLayout.JAVA_LONG, 0));
                    memory.freePinned(pinned);
                    memory.freeAsync(a, stream);
                    memory.freeAsync(b, stream);
                    driver.streams().destroy(stream);
                });
    }

    @Test
    void aCopyThatDoesNotFitIsRefused() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long address = memory.allocate(8);
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment nine = arena.allocate(9);
                        for (Runnable copy :
                                new Runnable[] {
                                    () -> memory.copyToDevice(address, nine),
                                    () -> memory.copyToHost(nine, address),
                                    () -> memory.copyOnDevice(address, address, 9),
                                    () -> memory.fill(address + 8, (byte) 0, 1),
                                }) {
                            CudaException failure = assertThrows(CudaException.class, copy::run);
                            assertEquals("CUDA_ERROR_INVALID_VALUE", failure.name());
                        }
                    }
                    memory.free(address);
                });
    }

    @Test
    void badArgumentsNeverReachTheDriver(StandIn standIn) {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    MemorySegment heap = MemorySegment.ofArray(new byte[8]);
                    MemorySegment constant = Arena.ofAuto().allocate(8).asReadOnly();
                    long before = standIn.count(Counter.CALLS);
                    for (Runnable call :
                            new Runnable[] {
                                () -> memory.allocate(-1),
                                () -> memory.allocateAsync(-1, 0),
                                () -> memory.allocatePinned(-1),
                                () -> memory.copyToDevice(0, heap),
                                () -> memory.copyToHost(heap, 0),
                                () -> memory.copyToHost(constant, 0),
                                () -> memory.copyToDeviceAsync(0, heap, 0),
                                () -> memory.copyToHostAsync(constant, 0, 0),
                                () -> memory.copyOnDevice(0, 0, -1),
                                () -> memory.copyOnDeviceAsync(0, 0, -1, 0),
                                () -> memory.fill(0, (byte) 0, -1),
                                () -> memory.fillAsync(0, (byte) 0, -1, 0),
                            }) {
                        assertThrows(IllegalArgumentException.class, call::run);
                    }
                    assertEquals(before, standIn.count(Counter.CALLS));
                });
    }

    @Test
    void intsAreFilledAndPinnedMemoryCanEnd() {
        inContext(
                driver -> {
                    long target = driver.memory().allocate(16);
                    driver.memory().fillIntsAsync(target, 0x01020304, 3, 0);
                    MemorySegment pinned = driver.memory().allocatePinned(12);
                    Arena life = Arena.ofShared();
                    MemorySegment view = driver.memory().pinnedFor(pinned, life);
                    driver.memory().copyToHost(view, target);
                    assertArrayEquals(
                            new int[] {0x01020304, 0x01020304, 0x01020304},
                            view.toArray(ValueLayout.JAVA_INT));
                    life.close();
                    assertThrows(
                            IllegalStateException.class, () -> view.get(ValueLayout.JAVA_INT, 0));
                    driver.memory().freePinned(pinned);
                    assertThrows(
                            CudaException.class,
                            () -> driver.memory().fillIntsAsync(target, 0, 5, 0));
                    driver.memory().free(target);
                });
    }
}
