package dev.retort.cuda;

import static dev.retort.cuda.Drivers.floats;
import static dev.retort.cuda.Drivers.inContext;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

@ExtendWith(StandInExtension.class)
class CudaPeersTest {
    @Test
    void accessIsEnabledOnceAndTakenBack() {
        inContext(
                driver -> {
                    long peer = driver.contexts().retainPrimary(1);
                    assertTrue(driver.peers().canAccess(0, 1));
                    assertTrue(driver.peers().enable(peer));
                    assertFalse(driver.peers().enable(peer));
                    driver.peers().disable(peer);
                    assertEquals(
                            "CUDA_ERROR_PEER_ACCESS_NOT_ENABLED",
                            assertThrows(CudaException.class, () -> driver.peers().disable(peer))
                                    .name());
                    driver.contexts().releasePrimary(1);
                });
    }

    @Test
    void devicesWithoutALinkAreToldApart(StandIn standIn) {
        standIn.setDevices(3);
        inContext(
                driver -> {
                    long far = driver.contexts().retainPrimary(2);
                    assertFalse(driver.peers().canAccess(0, 2));
                    assertEquals(
                            "CUDA_ERROR_PEER_ACCESS_UNSUPPORTED",
                            assertThrows(CudaException.class, () -> driver.peers().enable(far))
                                    .name());
                    driver.contexts().releasePrimary(2);
                });
    }

    @Test
    void memoryIsCopiedBetweenContexts() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long here = driver.contexts().current();
                    long source = memory.allocate(8);
                    long stream = driver.streams().create(0);
                    long there = driver.contexts().retainPrimary(1);
                    driver.contexts().push(there);
                    long target = memory.allocate(8);
                    driver.contexts().pop();
                    try (Arena arena = Arena.ofConfined()) {
                        memory.copyToDevice(source, floats(arena, 3, 4));
                        driver.contexts().synchronize();
                        driver.peers().copyAsync(target, there, source, here, 8, stream);
                        driver.streams().synchronize(stream);
                        MemorySegment back = arena.allocate(8);
                        memory.copyToHost(back, target);
                        assertArrayEquals(new float[] {3, 4}, floats(back));
                    }
                    memory.free(source);
                    memory.free(target);
                    driver.streams().destroy(stream);
                    driver.contexts().releasePrimary(1);
                });
    }
}
