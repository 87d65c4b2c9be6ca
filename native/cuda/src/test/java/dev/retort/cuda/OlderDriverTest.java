package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;
import static dev.retort.cuda.Drivers.driver;
import static dev.retort.cuda.Drivers.inContext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A driver that lacks some functions: each takes its own feature away and nothing else. */
@Tag("older-driver")
@ExtendWith(StandInExtension.class)
class OlderDriverTest {
    @Test
    void whatIsMissingIsKnownBeforehand() {
        assertEquals(new CudaVersion(11, 1), driver().version());
        Set<DriverFeature> missing =
                Arrays.stream(DriverFeature.values())
                        .filter(feature -> driver().availability(feature).optional().isEmpty())
                        .collect(Collectors.toSet());
        assertEquals(
                EnumSet.of(
                        DriverFeature.DEVICE_UUID,
                        DriverFeature.STREAM_ORDERED_MEMORY,
                        DriverFeature.MEMORY_POOLS,
                        DriverFeature.POOL_PEER_ACCESS,
                        DriverFeature.KERNEL_PARAMETERS,
                        DriverFeature.CLUSTERS,
                        DriverFeature.GRAPHS),
                missing);
        assertEquals(
                List.of("the installed driver has no cuMemAllocAsync"),
                driver().availability(DriverFeature.STREAM_ORDERED_MEMORY).absenceReasons());
    }

    @Test
    void callsOfMissingFeaturesAreRefusedAgainAndAgain() {
        inContext(
                driver -> {
                    for (int i = 0; i < 2; i++) {
                        NotSupportedException failure =
                                assertThrows(
                                        NotSupportedException.class,
                                        () -> driver.devices().uuid(0));
                        assertEquals("cuDeviceGetUuid_v2", failure.function());
                        assertEquals("CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER", failure.name());
                        assertEquals(
                                "the installed driver has no cuDeviceGetUuid_v2", failure.text());
                        assertThrows(
                                NotSupportedException.class,
                                () -> driver.memory().allocateAsync(1, 0));
                        assertThrows(
                                NotSupportedException.class, () -> driver.graphs().instantiate(0));
                    }
                });
    }

    @Test
    void allElseWorks() {
        inContext(
                driver -> {
                    driver.memory().free(driver.memory().allocate(1));
                    assertEquals(2, driver.devices().count());
                });
    }

    @Test
    void timingTakesTheOlderName() {
        inContext(
                driver -> {
                    CudaEvents events = driver.events();
                    long start = events.createTimed();
                    long end = events.createTimed();
                    events.record(start, 0);
                    events.record(end, 0);
                    assertTrue(events.elapsedMilliseconds(start, end) >= 0);
                    assertEquals(
                            "cuEventElapsedTime",
                            assertThrows(
                                            CudaException.class,
                                            () -> events.elapsedMilliseconds(start, 0))
                                    .function());
                    events.destroy(start);
                    events.destroy(end);
                });
    }

    @Test
    void nvmlTakesTheOlderFunctions() {
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(0);
            NvmlSensors sensors = nvml.sensors();
            assertEquals(61, sensors.temperatureCelsius(device));
            assertTrue(
                    ClockEventReason.of(sensors.clockEventReasons(device))
                            .contains(ClockEventReason.SOFTWARE_POWER_CAP));
            assertEquals(
                    "nvmlDeviceGetTemperature",
                    assertThrows(CudaException.class, () -> sensors.temperatureCelsius(0))
                            .function());
            assertEquals(
                    "nvmlDeviceGetCurrentClocksThrottleReasons",
                    assertThrows(CudaException.class, () -> sensors.clockEventReasons(0))
                            .function());
            NotSupportedException failure =
                    assertThrows(NotSupportedException.class, () -> sensors.memory(device));
            assertEquals("NVML_ERROR_FUNCTION_NOT_FOUND", failure.name());
            assertEquals(
                    List.of("the installed driver has no nvmlDeviceGetMemoryInfo_v2"),
                    nvml.availability(NvmlFeature.MEMORY).absenceReasons());
            NvmlReader reader = nvml.reader(device);
            assertEquals(NvmlStatus.FUNCTION_NOT_FOUND, reader.read(NvmlQuery.MEMORY));
            assertEquals(
                    "the installed driver has no nvmlDeviceGetMemoryInfo_v2",
                    reader.reason(NvmlQuery.MEMORY, NvmlStatus.FUNCTION_NOT_FOUND));
            assertEquals(NvmlStatus.SUCCESS, reader.read(NvmlQuery.TEMPERATURE));
            assertEquals(61, reader.value(0));
            assertEquals(
                    List.of("the installed driver has no nvmlGpmQueryDeviceSupport"),
                    nvml.gpm(device, List.of(GpmMetric.SM_ACTIVITY)).absenceReasons());
            assertEquals(List.of(), nvml.processes().computing(device), "by the second version");
        }
    }
}
