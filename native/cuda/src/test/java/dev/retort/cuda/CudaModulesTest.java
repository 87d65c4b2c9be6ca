package dev.retort.cuda;

import static dev.retort.cuda.Drivers.floats;
import static dev.retort.cuda.Drivers.inContext;
import static dev.retort.cuda.Drivers.load;
import static dev.retort.cuda.Drivers.saxpyPtx;

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
import java.util.List;

@ExtendWith(StandInExtension.class)
class CudaModulesTest {
    @Test
    void aKernelComputes(StandIn standIn) {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    long module = load(driver, saxpyPtx());
                    long saxpy = driver.modules().function(module, "saxpy");
                    long stream = driver.streams().create(0);
                    long x = memory.allocate(12);
                    long y = memory.allocate(12);
                    long before = standIn.count(Counter.LAUNCHES);
                    try (Arena arena = Arena.ofConfined()) {
                        memory.copyToDevice(x, floats(arena, 1, 2, 3));
                        memory.copyToDevice(y, floats(arena, 10, 20, 30));
                        driver.contexts().synchronize();
                        driver.modules()
                                .launch(
                                        saxpy,
                                        LaunchShape.linear(1, 256),
                                        stream,
                                        Drivers.saxpyArguments(arena, 2, x, y, 3));
                        driver.streams().synchronize(stream);
                        MemorySegment back = arena.allocate(12);
                        memory.copyToHost(back, y);
                        assertArrayEquals(new float[] {12, 24, 36}, floats(back));
                    }
                    assertEquals(before + 1, standIn.count(Counter.LAUNCHES));
                    memory.free(x);
                    memory.free(y);
                    driver.streams().destroy(stream);
                    driver.modules().unload(module);
                });
    }

    @Test
    void functionsHaveAttributes() {
        inContext(
                driver -> {
                    CudaModules modules = driver.modules();
                    long module = load(driver, saxpyPtx());
                    long saxpy = modules.function(module, "saxpy");
                    assertEquals(
                            1024,
                            modules.attribute(saxpy, FunctionAttribute.MAX_THREADS_PER_BLOCK));
                    FunctionAttribute shared = FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES;
                    modules.setAttribute(saxpy, shared, 100_000);
                    assertEquals(100_000, modules.attribute(saxpy, shared));
                    CudaException failure =
                            assertThrows(
                                    CudaException.class,
                                    () -> modules.setAttribute(saxpy, shared, 1_000_000));
                    assertTrue(
                            failure.text().endsWith("MAX_DYNAMIC_SHARED_SIZE_BYTES = 1000000"),
                            failure.text());
                    assertThrows(CudaException.class, () -> modules.attribute(0, shared));
                    modules.unload(module);
                });
    }

    @Test
    void aMissingKernelIsNamed() {
        inContext(
                driver -> {
                    long module = load(driver, saxpyPtx());
                    CudaException failure =
                            assertThrows(
                                    CudaException.class,
                                    () -> driver.modules().function(module, "daxpy"));
                    assertEquals("CUDA_ERROR_NOT_FOUND", failure.name());
                    assertTrue(failure.text().contains("\"daxpy\""), failure.text());
                    driver.modules().unload(module);
                });
    }

    @Test
    void wrongCodeIsRefusedWithTheLog() {
        inContext(
                driver -> {
                    String newer = saxpyPtx().replace("sm_80", "sm_120");
                    CudaException failure =
                            assertThrows(CudaException.class, () -> load(driver, newer));
                    assertEquals("CUDA_ERROR_INVALID_PTX", failure.name());
                    assertTrue(failure.text().contains(".target is newer"), failure.text());
                    CudaException garbage =
                            assertThrows(CudaException.class, () -> load(driver, "no code"));
                    assertEquals("CUDA_ERROR_INVALID_IMAGE", garbage.name());
                    assertEquals("simulated: device kernel image is invalid", garbage.text());
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> driver.modules().load(MemorySegment.ofArray(new byte[] {1, 2})));
                    assertThrows(CudaException.class, () -> driver.modules().unload(0));
                });
    }

    @Test
    void aLaunchBeyondTheLimitsNamesItsShape() {
        inContext(
                driver -> {
                    long module = load(driver, saxpyPtx());
                    long saxpy = driver.modules().function(module, "saxpy");
                    CudaException failure =
                            assertThrows(
                                    CudaException.class,
                                    () ->
                                            driver.modules()
                                                    .launch(
                                                            saxpy,
                                                            LaunchShape.linear(1, 1025),
                                                            0,
                                                            MemorySegment.NULL));
                    assertEquals("cuLaunchKernel", failure.function());
                    assertTrue(failure.text().contains("blockX=1025"), failure.text());
                    driver.modules().unload(module);
                });
    }

    @Test
    void aKernelThatReadsAstrayEndsTheProcessesUse() {
        inContext(
                driver -> {
                    long module = load(driver, saxpyPtx());
                    long saxpy = driver.modules().function(module, "saxpy");
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment arguments = Drivers.saxpyArguments(arena, 1, 64, 64, 1);
                        CudaException failure =
                                assertThrows(
                                        CudaException.class,
                                        () ->
                                                driver.modules()
                                                        .launch(
                                                                saxpy,
                                                                LaunchShape.linear(1, 1),
                                                                0,
                                                                arguments));
                        assertEquals("CUDA_ERROR_ILLEGAL_ADDRESS", failure.name());
                        assertTrue(failure.fatalToProcess());
                    }
                    driver.modules().unload(module);
                });
    }

    @Test
    void parametersHaveTheLayoutOfC() {
        inContext(
                driver -> {
                    String ptx =
                            """
                            .version 7.0
                            .target sm_80
                            .visible .global .f32 bias;
                            .visible .entry f(.param .u8 a, .param .u64 b,
                            .param .align 16 .b8 c[24], .param .f32 d)
                            { ret; }
                            .visible .entry g()
                            { ret; }
                            """;
                    long module = load(driver, ptx);
                    CudaModules modules = driver.modules();
                    assertEquals(
                            List.of(
                                    new CudaModules.Parameter(0, 1),
                                    new CudaModules.Parameter(8, 8),
                                    new CudaModules.Parameter(16, 24),
                                    new CudaModules.Parameter(40, 4)),
                            modules.parameters(modules.function(module, "f")));
                    assertEquals(List.of(), modules.parameters(modules.function(module, "g")));
                    assertEquals(4, modules.global(module, "bias").bytes());
                    CudaException failure =
                            assertThrows(
                                    CudaException.class, () -> modules.global(module, "weight"));
                    assertTrue(failure.text().contains("variable \"weight\""), failure.text());
                    modules.unload(module);
                });
    }

    @Test
    void clustersAreLaunchedAndCounted() {
        inContext(
                driver -> {
                    long module = load(driver, saxpyPtx().replace("entry saxpy(", "entry other("));
                    CudaModules modules = driver.modules();
                    long other = modules.function(module, "other");
                    LaunchShape shape = LaunchShape.linear(32, 256).withCluster(4, 1, 1);
                    modules.launch(other, shape, 0, MemorySegment.NULL);
                    // 8 blocks on each of 4 multiprocessors, in clusters of 4.
                    assertEquals(8, driver.occupancy().activeClusters(other, shape));
                    LaunchShape wide = LaunchShape.linear(32, 256).withCluster(16, 1, 1);
                    CudaException failure =
                            assertThrows(
                                    CudaException.class,
                                    () -> modules.launch(other, wide, 0, MemorySegment.NULL));
                    assertEquals("cuLaunchKernelEx", failure.function());
                    assertTrue(failure.text().contains("clusterX=16"), failure.text());
                    assertThrows(
                            CudaException.class,
                            () -> driver.occupancy().activeClusters(other, wide));
                    modules.setAttribute(
                            other, FunctionAttribute.NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1);
                    modules.launch(other, wide, 0, MemorySegment.NULL);
                    modules.unload(module);
                });
    }

    @Test
    void occupancyFollowsThreadsAndSharedMemory() {
        inContext(
                driver -> {
                    long module = load(driver, saxpyPtx());
                    long saxpy = driver.modules().function(module, "saxpy");
                    CudaOccupancy occupancy = driver.occupancy();
                    assertEquals(8, occupancy.activeBlocksPerMultiprocessor(saxpy, 256, 0));
                    assertEquals(0, occupancy.activeBlocksPerMultiprocessor(saxpy, 256, 100 << 10));
                    driver.modules()
                            .setAttribute(
                                    saxpy,
                                    FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                    100 << 10);
                    assertEquals(2, occupancy.activeBlocksPerMultiprocessor(saxpy, 256, 100 << 10));
                    assertEquals(0, occupancy.activeBlocksPerMultiprocessor(saxpy, 2048, 0));
                    assertEquals(
                            new CudaOccupancy.BlockSize(8, 1024),
                            occupancy.bestBlockSize(saxpy, 0, 0));
                    assertEquals(256, occupancy.bestBlockSize(saxpy, 0, 256).threads());
                    driver.modules().unload(module);
                });
    }
}
