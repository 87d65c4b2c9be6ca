package dev.retort.cuda;

import static dev.retort.cuda.Drivers.floats;
import static dev.retort.cuda.Drivers.inContext;
import static dev.retort.cuda.Drivers.load;
import static dev.retort.cuda.Drivers.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.CudaGraphs.CaptureStatus;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

@ExtendWith(StandInExtension.class)
class CudaGraphsTest {
    @Test
    void capturedWorkIsDoneAtEachLaunch() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    CudaGraphs graphs = driver.graphs();
                    long module = load(driver, saxpyPtx());
                    long saxpy = driver.modules().function(module, "saxpy");
                    long stream = driver.streams().create(0);
                    long x = memory.allocate(8);
                    long y = memory.allocate(8);
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment back = arena.allocate(8);
                        memory.copyToDevice(x, floats(arena, 1, 2));
                        memory.fill(y, (byte) 0, 8);
                        driver.contexts().synchronize();

                        assertEquals(CaptureStatus.NONE, graphs.captureStatus(stream));
                        graphs.beginCapture(stream);
                        assertEquals(CaptureStatus.ACTIVE, graphs.captureStatus(stream));
                        MemorySegment arguments = Drivers.saxpyArguments(arena, 10, x, y, 2);
                        LaunchShape shape = LaunchShape.linear(1, 32);
                        driver.modules().launch(saxpy, shape, stream, arguments);
                        driver.modules().launch(saxpy, shape, stream, arguments);
                        long graph = graphs.endCapture(stream);
                        long executable = graphs.instantiate(graph);
                        graphs.destroy(graph);

                        memory.copyToHost(back, y);
                        assertArrayEquals(new float[] {0, 0}, floats(back), "done too early");
                        graphs.upload(executable, stream);
                        graphs.launch(executable, stream);
                        graphs.launch(executable, stream);
                        driver.streams().synchronize(stream);
                        memory.copyToHost(back, y);
                        assertArrayEquals(new float[] {40, 80}, floats(back));
                        graphs.destroyExecutable(executable);
                    }
                    memory.free(x);
                    memory.free(y);
                    driver.streams().destroy(stream);
                    driver.modules().unload(module);
                });
    }

    @Test
    void aForbiddenCallSpoilsTheCapture() {
        inContext(
                driver -> {
                    CudaGraphs graphs = driver.graphs();
                    long stream = driver.streams().create(0);
                    graphs.beginCapture(stream);
                    CudaException forbidden =
                            assertThrows(CudaException.class, () -> driver.memory().allocate(1));
                    assertEquals("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", forbidden.name());
                    assertEquals(CaptureStatus.INVALIDATED, graphs.captureStatus(stream));
                    CudaException spoilt =
                            assertThrows(CudaException.class, () -> graphs.endCapture(stream));
                    assertEquals("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", spoilt.name());
                    assertEquals(CaptureStatus.NONE, graphs.captureStatus(stream));
                    driver.streams().destroy(stream);
                });
    }

    @Test
    void nothingIsNoHandle() {
        inContext(
                driver -> {
                    CudaGraphs graphs = driver.graphs();
                    for (Runnable call :
                            new Runnable[] {
                                () -> graphs.beginCapture(0),
                                () -> graphs.endCapture(0),
                                () -> graphs.captureStatus(0),
                                () -> graphs.instantiate(0),
                                () -> graphs.upload(0, 0),
                                () -> graphs.launch(0, 0),
                                () -> graphs.destroyExecutable(0),
                                () -> graphs.destroy(0),
                            }) {
                        assertEquals(
                                "CUDA_ERROR_INVALID_HANDLE",
                                assertThrows(CudaException.class, call::run).name());
                    }
                });
    }
}
