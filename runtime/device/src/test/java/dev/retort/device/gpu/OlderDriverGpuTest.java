package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.buffer;
import static dev.retort.device.gpu.Gpus.devices;
import static dev.retort.device.gpu.Gpus.floats;
import static dev.retort.device.gpu.Gpus.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.LaunchShape;
import dev.retort.cuda.NotSupportedException;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.List;

/** CUDA 11.1: what it lacks is refused with its name, all else works. */
@Tag("older-driver")
@ExtendWith(StandInExtension.class)
class OlderDriverGpuTest {
    @Test
    void aDeviceWithoutUuidIsJoinedByItsAddress() {
        Device device = devices().all().getFirst();
        assertEquals(
                List.of("the installed driver has no cuDeviceGetUuid_v2"),
                device.nvmlUuid().absenceReasons());
        assertEquals(new Available<>(1), device.identity().nvmlIndex());
        assertEquals(Device.Kind.GPU, device.identity().kind());
        assertFalse(device.limits().clusters());
        assertFalse(device.limits().memoryPools());
    }

    @Test
    void aKernelRunsWithSizesThatTheCallerKnows() {
        try (DeviceContext context = devices().all().getFirst().open();
                Stream stream = context.createStream();
                KernelModule module = context.load(saxpyPtx());
                DeviceBuffer x = buffer(context, 1, 2);
                DeviceBuffer y = buffer(context, 3, 4)) {
            Kernel saxpy = module.kernel("saxpy");
            assertEquals(
                    List.of("the installed driver has no cuFuncGetParamInfo"),
                    saxpy.parameters().absenceReasons());
            assertEquals(
                    "cuFuncGetParamInfo",
                    assertThrows(NotSupportedException.class, saxpy::arguments).function());
            KernelArguments arguments =
                    saxpy.arguments(4, 8, 8, 4)
                            .float32(0, 2)
                            .pointer(1, x)
                            .pointer(2, y)
                            .int32(3, 2);
            saxpy.launch(stream, LaunchShape.linear(1, 32), arguments);
            stream.synchronize();
            assertArrayEquals(new float[] {5, 8}, floats(y));
            assertThrows(IllegalArgumentException.class, () -> saxpy.arguments(4, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            saxpy.launch(
                                    stream,
                                    LaunchShape.linear(2, 32).withCluster(2, 1, 1),
                                    arguments));
            assertThrows(NotSupportedException.class, context::defaultPool);
            assertThrows(NotSupportedException.class, context::createPool);
        }
    }
}
