package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.available;
import static dev.retort.device.gpu.Gpus.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.List;
import java.util.Map;

@ExtendWith(StandInExtension.class)
class DevicesTest {
    private static final String UUID_0 = "51301a7e-d000-4000-8000-000000000000";

    @Test
    void ordinalsAreJoinedWithTheIndexOfNvml() {
        List<Device> all = devices().all();
        assertEquals(2, all.size());
        // The stand-in's NVML counts the other way round.
        assertEquals(new Available<>(1), all.get(0).identity().nvmlIndex());
        assertEquals(new Available<>(0), all.get(1).identity().nvmlIndex());
        assertEquals(new Available<>("GPU-" + UUID_0), all.get(0).nvmlUuid());
        assertEquals("00000000:f0:00.0", all.get(0).identity().pciAddress().toString());
        assertEquals(Device.Kind.GPU, all.get(0).identity().kind());
        assertTrue(all.get(0).name().contains("simulated"), all.get(0).name());
        assertEquals("sm_90", all.get(0).computeCapability().realArchitecture());
        assertEquals("compute_90", all.get(0).computeCapability().virtualArchitecture());
        assertEquals(List.of(), devices().hidden());
        assertEquals("device 1 (Retort simulated GPU 1 (not hardware))", all.get(1).toString());
    }

    @Test
    void whatTheListHidesIsNamed(StandIn standIn) {
        standIn.setDevices(3);
        standIn.setVisibleDevices("2,GPU-51301a7e-d000-4000-8000-000000000000");
        Devices devices =
                available(Devices.probe(Map.of("CUDA_VISIBLE_DEVICES", "2,GPU-51301a7e…")));
        assertEquals(
                List.of("00000000:f2:00.0", "00000000:f0:00.0"),
                devices.all().stream()
                        .map(device -> device.identity().pciAddress().toString())
                        .toList());
        assertEquals(0, devices.all().getFirst().ordinal());
        assertEquals(1, devices.hidden().size());
        assertEquals("00000000:f1:00.0", devices.hidden().getFirst().pciAddress().toString());
        assertEquals(1, devices.hidden().getFirst().index());
        // Work goes to the device that the ordinal stands for.
        try (DeviceContext context = devices.all().getFirst().open()) {
            assertEquals(devices.all().getFirst(), context.device());
        }
    }

    @Test
    void anEmptyListIsTheReason(StandIn standIn) {
        standIn.setVisibleDevices("-1");
        Availability<Devices> none = Devices.probe(Map.of("CUDA_VISIBLE_DEVICES", "-1"));
        List<String> reasons = none.absenceReasons();
        assertTrue(
                reasons.getLast().contains("CUDA_VISIBLE_DEVICES=-1 hides all"), reasons::toString);
    }

    @Test
    void aMigInstanceHasItsOwnUuidAndTheIndexOfItsDevice(StandIn standIn) {
        standIn.showMigInstances();
        Device instance = devices().all().getFirst();
        assertEquals(Device.Kind.MIG_INSTANCE, instance.identity().kind());
        assertEquals(
                new Available<>("MIG-51301a7e-d000-4000-8000-000000004d00"), instance.nvmlUuid());
        assertEquals(new Available<>(1), instance.identity().nvmlIndex());
        assertTrue(instance.name().contains(" MIG "), instance.name());
    }

    @Test
    void withoutNvmlTheDevicesAreThereAllTheSame(StandIn standIn) {
        standIn.fail("nvmlInit_v2", 9, -1);
        Device device = devices().all().getFirst();
        assertTrue(
                device.identity().nvmlIndex().absenceReasons().getFirst().contains("nvmlInit_v2"));
        assertEquals(Device.Kind.GPU, device.identity().kind());
        standIn.showMigInstances();
        assertEquals(Device.Kind.MIG_INSTANCE, devices().all().getFirst().identity().kind());
    }

    @Test
    void aDeviceThatNvmlHasLostHidesNoOther(StandIn standIn) {
        standIn.loseDevice(1);
        List<Device> all = devices().all();
        assertEquals(new Available<>(1), all.get(0).identity().nvmlIndex());
        assertEquals(
                List.of("NVML has no device 00000000:f1:00.0"),
                all.get(1).identity().nvmlIndex().absenceReasons());
    }

    @Test
    void aDriverThatFailsIsAbsence(StandIn standIn) {
        standIn.fail("cuDeviceGetName", 999, 1);
        assertFalse(Devices.probe(Map.of()).absenceReasons().isEmpty());
    }

    @Test
    void capabilitiesAreOrdered() {
        assertTrue(new ComputeCapability(8, 9).compareTo(new ComputeCapability(9, 0)) < 0);
        assertTrue(new ComputeCapability(12, 1).compareTo(new ComputeCapability(12, 0)) > 0);
        assertEquals("9.0", new ComputeCapability(9, 0).toString());
    }
}
