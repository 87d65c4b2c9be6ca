package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml;
import dev.retort.cuda.standin.StandInNvml.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.List;

@ExtendWith(StandInExtension.class)
class NvmlMigTest {
    @Test
    void instancesAreListedThoughTheirIndicesHaveGaps(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            long gpu = nvml.deviceByIndex(1);
            assertFalse(nvml.mig().enabled(gpu));
            assertEquals(List.of(), nvml.mig().instances(gpu));
            standIn.nvml().set(0, Value.MIG_INSTANCES, 3);
            assertTrue(nvml.mig().enabled(gpu));
            List<MigInstance> instances = nvml.mig().instances(gpu);
            assertEquals(3, instances.size());
            for (int i = 0; i < 3; i++) {
                MigInstance instance = instances.get(i);
                assertEquals(StandInNvml.FIRST_GPU_INSTANCE + i, instance.gpuInstance());
                assertEquals(0, instance.computeInstance());
                assertTrue(instance.uuid().startsWith("MIG-"), instance.uuid());
                assertTrue(nvml.mig().isInstance(instance.handle()));
                assertEquals(gpu, nvml.mig().gpuOf(instance.handle()));
                assertEquals(instance.handle(), nvml.deviceByUuid(instance.uuid()));
            }
            assertFalse(nvml.mig().isInstance(gpu));
            assertThrows(CudaException.class, () -> nvml.mig().gpuOf(gpu));
        }
    }

    @Test
    void anInstanceHasMemoryButNoUtilizationNorPower(StandIn standIn) {
        standIn.nvml().set(0, Value.MIG_INSTANCES, 2);
        try (Nvml nvml = available(Nvml.open())) {
            long gpu = nvml.deviceByIndex(1);
            long instance = nvml.mig().instances(gpu).getFirst().handle();
            NvmlSensors sensors = nvml.sensors();
            assertEquals(StandIn.MEMORY_BYTES / 2, sensors.memory(instance).totalBytes());
            assertThrows(NotSupportedException.class, () -> sensors.utilization(gpu));
            assertThrows(NotSupportedException.class, () -> sensors.utilization(instance));
            assertThrows(NotSupportedException.class, () -> sensors.powerMilliwatts(instance));
            assertTrue(sensors.powerMilliwatts(gpu) > 0);
        }
    }

    @Test
    void aNewInstanceWithAnOldNumberHasAnotherIdentity(StandIn standIn) {
        standIn.nvml().set(0, Value.MIG_INSTANCES, 1);
        try (Nvml nvml = available(Nvml.open())) {
            long gpu = nvml.deviceByIndex(1);
            MigInstance before = nvml.mig().instances(gpu).getFirst();
            NvmlReader reader = nvml.reader(before.handle());
            assertEquals(NvmlStatus.SUCCESS, reader.confirm());
            assertEquals(NvmlStatus.SUCCESS, reader.confirm());
            standIn.nvml().set(0, Value.MIG_GENERATION, 1);
            MigInstance after = nvml.mig().instances(gpu).getFirst();
            assertEquals(before.gpuInstance(), after.gpuInstance());
            assertNotEquals(before.uuid(), after.uuid());
            assertEquals(NvmlStatus.NOT_FOUND, reader.confirm());
            standIn.nvml().set(0, Value.MIG_INSTANCES, 0);
            assertEquals(NvmlStatus.INVALID_ARGUMENT, reader.confirm());
        }
    }

    @Test
    void aDeviceWithoutTheModeIsNotInIt(StandIn standIn) {
        standIn.fail("nvmlDeviceGetMigMode", 3, -1);
        standIn.fail("nvmlDeviceIsMigDeviceHandle", 3, -1);
        try (Nvml nvml = available(Nvml.open())) {
            long gpu = nvml.deviceByIndex(1);
            assertFalse(nvml.mig().enabled(gpu));
            assertEquals(List.of(), nvml.mig().instances(gpu));
            assertFalse(nvml.mig().isInstance(gpu));
        }
    }

    @Test
    void linksThatAreUpAreCounted(StandIn standIn) {
        standIn.nvml().set(0, Value.NVLINKS, 4);
        standIn.nvml().set(0, Value.NVLINK_ERRORS, 100);
        try (Nvml nvml = available(Nvml.open())) {
            long gpu = nvml.deviceByIndex(1);
            assertEquals(List.of(0, 1, 2, 3), nvml.links().active(gpu));
            assertEquals(132, nvml.links().errors(gpu, 3, NvmlLinks.LinkError.FLIT_CRC));
            assertThrows(
                    CudaException.class,
                    () -> nvml.links().errors(gpu, 4, NvmlLinks.LinkError.REPLAY));
            standIn.nvml().set(0, Value.NVLINKS, 0);
            assertEquals(List.of(), nvml.links().active(gpu));
        }
    }
}
