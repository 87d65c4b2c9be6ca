package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.NvmlSensors.Clock;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandIn.Counter;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.EnumSet;
import java.util.List;

@ExtendWith(StandInExtension.class)
class NvmlTest {
    @Test
    void everyUserOpensAndCloses(StandIn standIn) {
        Nvml first = available(Nvml.open());
        Nvml second = available(Nvml.open());
        assertEquals(2, standIn.count(Counter.NVML_USERS));
        first.close();
        first.close();
        assertEquals(1, standIn.count(Counter.NVML_USERS));
        assertThrows(IllegalStateException.class, first::deviceCount);
        assertThrows(IllegalStateException.class, () -> first.sensors().powerMilliwatts(0));
        assertEquals(2, second.deviceCount());
        second.close();
    }

    @Test
    void theLibraryTellsWhatItIs(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            assertEquals(standIn.library("libnvidia-ml.so.1"), nvml.library().file());
            assertEquals("simulated.1", nvml.driverVersion());
            assertEquals("13.simulated.1", nvml.libraryVersion());
            for (NvmlFeature feature : NvmlFeature.values()) {
                assertInstanceOf(Available.class, nvml.availability(feature), feature.name());
            }
        }
    }

    @Test
    void devicesAreMatchedWithTheDriversByUuidAndAddress() {
        CudaDevices devices = Drivers.driver().devices();
        try (Nvml nvml = available(Nvml.open())) {
            for (int ordinal = 0; ordinal < devices.count(); ordinal++) {
                long device = nvml.deviceByUuid("GPU-" + devices.uuid(ordinal));
                assertEquals(devices.name(ordinal), nvml.name(device));
                assertEquals(devices.pciAddress(ordinal), nvml.pciAddress(device));
                assertEquals("GPU-" + devices.uuid(ordinal), nvml.uuid(device));
            }
            assertTrue(
                    nvml.name(nvml.deviceByIndex(0)).contains("GPU 1"),
                    "the index is not the ordinal");
        }
    }

    @Test
    void sensorsRead() {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlSensors sensors = nvml.sensors();
            long device = nvml.deviceByIndex(0);
            assertEquals(
                    new NvmlSensors.Memory(
                            StandIn.MEMORY_BYTES, 1 << 20, StandIn.MEMORY_BYTES - (1 << 20), 0),
                    sensors.memory(device));
            assertEquals(new NvmlSensors.Utilization(87, 43), sensors.utilization(device));
            assertEquals(312_500, sensors.powerMilliwatts(device));
            assertEquals(5_000_000_000L, sensors.energyMillijoules(device));
            assertEquals(61, sensors.temperatureCelsius(device));
            assertEquals(1980, sensors.clockMegahertz(device, Clock.GRAPHICS));
            assertEquals(1755, sensors.clockMegahertz(device, Clock.MULTIPROCESSORS));
            assertEquals(2619, sensors.clockMegahertz(device, Clock.MEMORY));
            assertEquals(1545, sensors.clockMegahertz(device, Clock.VIDEO));
            assertEquals(
                    EnumSet.of(
                            ClockEventReason.SOFTWARE_POWER_CAP, ClockEventReason.SOFTWARE_THERMAL),
                    ClockEventReason.of(sensors.clockEventReasons(device)));
        }
    }

    @Test
    void aLostDeviceIsLost(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(0);
            standIn.loseDevice(1);
            DeviceLostException lost =
                    assertThrows(
                            DeviceLostException.class,
                            () -> nvml.sensors().powerMilliwatts(device));
            assertEquals("NVML_ERROR_GPU_IS_LOST", lost.name());
            assertEquals("simulated: GPU is lost", lost.text());
            NvmlSensors sensors = nvml.sensors();
            for (Runnable call :
                    new Runnable[] {
                        () -> nvml.deviceByIndex(0),
                        () -> nvml.name(device),
                        () -> nvml.uuid(device),
                        () -> nvml.pciAddress(device),
                        () -> sensors.memory(device),
                        () -> sensors.utilization(device),
                        () -> sensors.energyMillijoules(device),
                        () -> sensors.temperatureCelsius(device),
                        () -> sensors.clockMegahertz(device, Clock.MEMORY),
                        () -> sensors.clockEventReasons(device),
                    }) {
                assertThrows(DeviceLostException.class, call::run);
            }
            assertEquals(2, nvml.deviceCount());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 13, 25, 26})
    void theseCodesMeanNotSupported(int code, StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(0);
            standIn.fail("nvmlDeviceGetPowerUsage", code, 1);
            NotSupportedException failure =
                    assertThrows(
                            NotSupportedException.class,
                            () -> nvml.sensors().powerMilliwatts(device));
            assertEquals(code, failure.code());
            assertTrue(failure.name().startsWith("NVML_ERROR_"), failure.name());
        }
    }

    @Test
    void otherFailuresAreNamed(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            CudaException unknown =
                    assertThrows(CudaException.class, () -> nvml.deviceByUuid("GPU-none"));
            assertEquals("NVML_ERROR_NOT_FOUND", unknown.name());
            assertThrows(CudaException.class, () -> nvml.deviceByIndex(2));
            standIn.fail("nvmlDeviceGetCount_v2", 4, 1);
            assertEquals(
                    "NVML_ERROR_NO_PERMISSION",
                    assertThrows(CudaException.class, nvml::deviceCount).name());
            standIn.fail("nvmlDeviceGetCount_v2", 20, 1);
            assertThrows(OutOfDeviceMemoryException.class, nvml::deviceCount);
            standIn.fail("nvmlSystemGetDriverVersion", 12345, 1);
            assertEquals(
                    "unknown nvmlReturn_t 12345",
                    assertThrows(CudaException.class, nvml::driverVersion).name());
            standIn.fail("nvmlSystemGetNVMLVersion", 16, 1);
            assertThrows(DeviceLostException.class, nvml::libraryVersion);
        }
    }

    @Test
    void aLibraryThatDoesNotStartIsAbsent(StandIn standIn) {
        standIn.fail("nvmlInit_v2", 18, 1);
        assertEquals(
                List.of(
                        standIn.library("libnvidia-ml.so.1")
                                + ": nvmlInit_v2: NVML_ERROR_LIB_RM_VERSION_MISMATCH (18):"
                                + " simulated: Unknown Error"),
                Nvml.open().absenceReasons());
    }
}
