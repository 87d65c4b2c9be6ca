package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.open;
import static dev.retort.device.gpu.Gpus.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.CudaException;
import dev.retort.cuda.DeviceLostException;
import dev.retort.cuda.LaunchShape;
import dev.retort.cuda.Nvml;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

@ExtendWith(StandInExtension.class)
class LostDeviceTest {
    /** CUDA_ERROR_NOT_READY: work goes on for ever. */
    private static final int NOT_READY = 600;

    private static final int ECC_UNCORRECTABLE = 214;

    /** NVML_ERROR_GPU_IS_LOST. */
    private static final int GPU_IS_LOST = 15;

    @Test
    void pendingWorkFailsWhenTheDriverTells(StandIn standIn) {
        // The first questions find the work going on, the next one the device gone.
        standIn.fail("cuEventQuery", NOT_READY, 5);
        standIn.fail("cuEventQuery", ECC_UNCORRECTABLE, -1);
        try (DeviceContext context = open(0);
                Stream stream = context.createStream()) {
            DeviceLostException lost = cause(stream.completion());
            assertEquals("CUDA_ERROR_ECC_UNCORRECTABLE", lost.name());
            assertThrows(DeviceLostException.class, () -> context.allocate(16));
            assertSame(lost, context.lost().orElseThrow());
        }
    }

    @Test
    void pendingWorkFailsWhenNvmlTells(StandIn standIn) {
        standIn.fail("cuEventQuery", NOT_READY, -1);
        try (DeviceContext context = open(0);
                DeviceContext other = open(1);
                Stream stream = context.createStream();
                Stream unhurt = other.createStream()) {
            CompletableFuture<Void> done = stream.completion();
            CompletableFuture<Void> goesOn = unhurt.completion();
            standIn.fail("nvmlDeviceGetCount_v2", 15, 1);
            DeviceLostException told =
                    assertThrows(
                            DeviceLostException.class,
                            () -> {
                                try (var nvml = Gpus.available(Nvml.open())) {
                                    nvml.deviceCount();
                                }
                            });
            context.lose(told);
            assertSame(told, cause(done));
            DeviceLostException later =
                    assertThrows(DeviceLostException.class, () -> context.allocate(16));
            assertSame(told, later.getCause());
            assertEquals("NVML_ERROR_GPU_IS_LOST", later.name());
            assertFalse(goesOn.isDone());
            standIn.reset();
            goesOn.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void pendingWorkFailsWhenASamplerFindsTheDeviceLost(StandIn standIn) {
        // The driver tells nothing: its work goes on for ever.
        standIn.fail("cuEventQuery", NOT_READY, -1);
        try (DeviceContext context = open(0);
                DeviceContext second = open(0);
                DeviceContext other = open(1);
                Stream stream = context.createStream();
                Stream unhurt = other.createStream();
                Nvml nvml = Gpus.available(Nvml.open());
                Sampler sampler =
                        Sampler.manual(
                                SamplerOptions.defaults(),
                                // NVML numbers the stand-in's devices the other way round.
                                List.of(GpuCounters.open(nvml, nvml.deviceByIndex(1))))) {
            CompletableFuture<Void> done = stream.completion();
            CompletableFuture<Void> goesOn = unhurt.completion();
            sampler.tick();
            assertFalse(done.isDone(), "nothing is lost yet");
            // NVML alone: the driver would go on.
            standIn.fail("nvmlDeviceGetUtilizationRates", GPU_IS_LOST, -1);
            sampler.tick();
            DeviceLostException lost = cause(done);
            assertEquals("NVML_ERROR_GPU_IS_LOST", lost.name());
            assertTrue(lost.text().contains("NVML_ERROR_GPU_IS_LOST"), lost.text());
            assertThrows(DeviceLostException.class, () -> context.allocate(16));
            assertThrows(DeviceLostException.class, () -> second.allocate(16));
            assertFalse(goesOn.isDone());
            other.allocate(16).close();
            standIn.reset();
            goesOn.orTimeout(10, TimeUnit.SECONDS).join();
            String gone = context.device().nvmlUuid().optional().orElseThrow();
            assertEquals(2, Devices.lose(gone, lost), "both are open");
            assertEquals(0, Devices.lose("GPU-of another machine", lost));
        }
        assertEquals(
                0,
                Devices.lose(
                        Gpus.devices().all().getFirst().nvmlUuid().optional().orElseThrow(),
                        DeviceLostException.seen("a test")),
                "none is open");
    }

    private static DeviceLostException cause(CompletableFuture<Void> done) {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> done.get(10, TimeUnit.SECONDS));
        return assertInstanceOf(DeviceLostException.class, failure.getCause());
    }

    @Test
    void aThreadThatWaitsIsWoken(StandIn standIn) throws Exception {
        try (DeviceContext context = open(0);
                Stream stream = context.createStream()) {
            standIn.slow("cuStreamSynchronize", 200_000, 1);
            CompletableFuture<Void> waiting =
                    CompletableFuture.runAsync(
                            () -> assertThrows(DeviceLostException.class, stream::synchronize));
            standIn.loseDevice(0);
            waiting.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void everythingClosesAndTheOtherDeviceWorksOn(StandIn standIn) {
        try (DeviceContext context = open(0);
                DeviceContext other = open(1);
                KernelModule module = context.load(saxpyPtx());
                Stream stream = context.createStream();
                Event event = context.createEvent();
                DeviceBuffer buffer = context.allocate(16)) {
            Kernel saxpy = module.kernel("saxpy");
            KernelArguments arguments =
                    saxpy.arguments()
                            .float32(0, 1)
                            .pointer(1, buffer)
                            .pointer(2, buffer)
                            .int32(3, 1);
            context.enablePeerAccess(other);
            standIn.loseDevice(0);
            assertThrows(
                    DeviceLostException.class,
                    () -> saxpy.launch(stream, LaunchShape.linear(1, 1), arguments));
            assertThrows(DeviceLostException.class, () -> stream.record(event));
            assertThrows(DeviceLostException.class, context::synchronize);
            other.allocate(16).close();
            // The stand-in frees what a lost device had, as the driver does with the process.
            standIn.reset();
            assertThrows(DeviceLostException.class, () -> context.allocate(16));
            context.disablePeerAccess(other);
        }
    }

    @Test
    void closingDoesNotHideTheFirstFailure(StandIn standIn) {
        DeviceContext context = open(0);
        DeviceBuffer buffer = context.allocate(16);
        standIn.fail("cuMemFree_v2", 700, 1);
        // An illegal address earlier: every call reports it, and nothing can be freed any more.
        buffer.close();
        buffer.close();
        DeviceBuffer second = context.allocate(16);
        standIn.fail("cuMemFree_v2", 1, 1);
        assertThrows(CudaException.class, second::close);
        second.close();
        context.close();
        // Both blocks are still the driver's.
        Gpus.freeAll(0, buffer, second);
    }
}
