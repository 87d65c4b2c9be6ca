package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;
import static dev.retort.cuda.Drivers.floats;
import static dev.retort.cuda.Drivers.inContext;
import static dev.retort.cuda.Drivers.load;
import static dev.retort.cuda.Drivers.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What holds on every driver, simulated or real. */
abstract class DriverContract {
    private static final int N = 1000;

    @Test
    void driverAndNvmlAgreeOnTheDevices() {
        CudaDevices devices = Drivers.driver().devices();
        try (Nvml nvml = available(Nvml.open())) {
            for (int ordinal = 0; ordinal < devices.count(); ordinal++) {
                int device = devices.handle(ordinal);
                long same = nvml.deviceByUuid("GPU-" + devices.uuid(device));
                assertEquals(devices.name(device), nvml.name(same));
                assertEquals(devices.pciAddress(device), nvml.pciAddress(same));
                assertTrue(devices.totalMemoryBytes(device) > 0);
                assertTrue(
                        devices.attribute(device, DeviceAttribute.COMPUTE_CAPABILITY_MAJOR) >= 5);
            }
            assertNotEquals("", nvml.driverVersion());
        }
    }

    @Test
    void sensorsReadPlausibleValues() {
        CudaDevices devices = Drivers.driver().devices();
        try (Nvml nvml = available(Nvml.open())) {
            NvmlSensors sensors = nvml.sensors();
            long device = nvml.deviceByUuid("GPU-" + devices.uuid(devices.handle(0)));
            NvmlSensors.Memory memory = sensors.memory(device);
            assertTrue(memory.freeBytes() + memory.usedBytes() <= memory.totalBytes());
            assertTrue(memory.reservedBytes() > 0);
            NvmlSensors.Utilization utilization = sensors.utilization(device);
            assertTrue(utilization.gpuPercent() >= 0 && utilization.gpuPercent() <= 100);
            assertTrue(utilization.memoryPercent() >= 0 && utilization.memoryPercent() <= 100);
            assertTrue(sensors.powerMilliwatts(device) > 0);
            assertTrue(sensors.energyMillijoules(device) > 0);
            assertTrue(sensors.temperatureCelsius(device) > 0);
            assertTrue(sensors.clockMegahertz(device, NvmlSensors.Clock.MEMORY) > 0);
            assertTrue(sensors.clockEventReasons(device) >= 0);
        }
    }

    @Test
    void aKernelComputesDirectlyAndFromAGraph() {
        inContext(
                driver -> {
                    CudaMemory memory = driver.memory();
                    CudaGraphs graphs = driver.graphs();
                    CudaEvents events = driver.events();
                    long module = load(driver, saxpyPtx());
                    long saxpy = driver.modules().function(module, "saxpy");
                    long stream = driver.streams().create(0);
                    long bytes = N * (long) Float.BYTES;
                    long x = memory.allocateAsync(bytes, stream);
                    long y = memory.allocateAsync(bytes, stream);
                    MemorySegment host = memory.allocatePinned(bytes);
                    long start = events.createTimed();
                    long end = events.createTimed();
                    try (Arena arena = Arena.ofConfined()) {
                        float[] values = new float[N];
                        for (int i = 0; i < N; i++) {
                            values[i] = i;
                        }
                        host.copyFrom(MemorySegment.ofArray(values));
                        memory.copyToDeviceAsync(x, host, stream);
                        memory.fillAsync(y, (byte) 0, bytes, stream);
                        driver.streams().synchronize(stream);

                        MemorySegment arguments = Drivers.saxpyArguments(arena, 2, x, y, N);
                        LaunchShape shape = LaunchShape.linear((N + 255) / 256, 256);
                        events.record(start, stream);
                        driver.modules().launch(saxpy, shape, stream, arguments);
                        events.record(end, stream);
                        graphs.beginCapture(stream);
                        driver.modules().launch(saxpy, shape, stream, arguments);
                        driver.modules().launch(saxpy, shape, stream, arguments);
                        long graph = graphs.endCapture(stream);
                        long executable = graphs.instantiate(graph);
                        graphs.upload(executable, stream);
                        graphs.launch(executable, stream);
                        memory.copyToHostAsync(host, y, stream);
                        driver.streams().synchronize(stream);

                        for (int i = 0; i < N; i++) {
                            values[i] *= 6;
                        }
                        assertArrayEquals(values, floats(host));
                        assertTrue(events.finished(end));
                        assertTrue(events.elapsedMilliseconds(start, end) >= 0);
                        graphs.destroyExecutable(executable);
                        graphs.destroy(graph);
                    }
                    events.destroy(start);
                    events.destroy(end);
                    memory.freePinned(host);
                    memory.freeAsync(x, stream);
                    memory.freeAsync(y, stream);
                    driver.streams().synchronize(stream);
                    driver.streams().destroy(stream);
                    driver.modules().unload(module);
                });
    }

    @Test
    void badInputIsAnExceptionAndTheProcessLivesOn() {
        inContext(
                driver -> {
                    long module = load(driver, saxpyPtx());
                    long saxpy = driver.modules().function(module, "saxpy");
                    assertEquals(
                            "CUDA_ERROR_NOT_FOUND",
                            assertThrows(
                                            CudaException.class,
                                            () -> driver.modules().function(module, "none"))
                                    .name());
                    assertThrows(CudaException.class, () -> load(driver, ".version 7.0\nnonsense"));
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment arguments = Drivers.saxpyArguments(arena, 1, 0, 0, 0);
                        assertThrows(
                                CudaException.class,
                                () ->
                                        driver.modules()
                                                .launch(
                                                        saxpy,
                                                        LaunchShape.linear(1, 4096),
                                                        0,
                                                        arguments));
                    }
                    CudaMemory.Info info = driver.memory().info();
                    assertThrows(
                            OutOfDeviceMemoryException.class,
                            () -> driver.memory().allocate(info.totalBytes() * 2));
                    driver.memory().free(driver.memory().allocate(1));
                    driver.contexts().synchronize();
                    driver.modules().unload(module);
                });
    }
}
