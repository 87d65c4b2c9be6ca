package dev.retort.efficiency.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Nvml;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.Reading;
import dev.retort.device.Reading.Measured;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.DeviceTime;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.figures.DeviceUtilisation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

class DeviceActivityTest {
    private static DeviceTime time(long busy, Map<Region, Long> idle, long inJvm) {
        Map<Region, Duration> byRegion =
                idle.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, e -> Duration.ofMillis(e.getValue())));
        Duration all = byRegion.values().stream().reduce(Duration.ZERO, Duration::plus);
        return new DeviceTime(
                List.of("simulated"),
                Duration.ofMillis(busy).plus(all),
                Duration.ofMillis(busy),
                all,
                Duration.ZERO,
                Map.of(),
                byRegion,
                Optional.of(Duration.ofMillis(inJvm)),
                1,
                Map.of(),
                Optional.of(Duration.ZERO),
                Duration.ZERO);
    }

    @Test
    void eventsTellForWhomTheDeviceWaited() {
        DeviceTime time =
                time(60, Map.of(Region.INPUT, 20L, Region.OTHER, 12L, Region.FORWARD, 8L), 5);
        DeviceActivity activity = DeviceActivity.UNKNOWN.with(time);
        assertEquals(0.6, activity.busy().orElseThrow(), 1e-12);
        assertEquals(0.05, activity.idleInJvmPause().orElseThrow(), 1e-12);
        assertEquals(0.15, activity.idleForHost().orElseThrow(), 1e-12);
        assertEquals(OptionalDouble.empty(), activity.dram());
    }

    @Test
    void nothingIsToldOfAnUnknownTime() {
        DeviceTime unknown = time(0, Map.of(), 0);
        DeviceActivity activity = DeviceActivity.UNKNOWN.with(unknown);
        assertEquals(DeviceActivity.UNKNOWN, activity);
    }

    @Test
    void allocationIsAShareOfTheDeviceTime() {
        assertEquals(
                OptionalDouble.of(0.25),
                DeviceUtilisation.allocated(Duration.ofHours(6), Duration.ofHours(24))
                        .ifMeasured());
        assertInstanceOf(
                Reading.Absent.class, DeviceUtilisation.allocated(Duration.ZERO, Duration.ZERO));
    }

    @Test
    @ExtendWith(StandInExtension.class)
    void aSamplerTellsWhatItHasSeen() {
        try (Nvml nvml = Nvml.open().optional().orElseThrow()) {
            GpuCounters gpu = GpuCounters.open(nvml, nvml.deviceByIndex(0));
            try (Sampler sampler = Sampler.manual(SamplerOptions.defaults(), List.of(gpu))) {
                Duration back = Duration.ofMinutes(1);
                assertEquals(
                        DeviceActivity.UNKNOWN, DeviceActivity.of(sampler, gpu.device(), back));
                sampler.tick();
                DeviceActivity activity = DeviceActivity.of(sampler, gpu.device(), back);
                assertTrue(activity.busy().isPresent());
                // The stand-in's power cap and temperature hold its clocks down.
                assertEquals(OptionalDouble.of(1), activity.throttled());
                assertEquals(OptionalDouble.empty(), activity.idleForHost());
                DeviceUtilisation vector = DeviceUtilisation.of(sampler, gpu.device(), back);
                assertEquals(activity.busy(), vector.busy().ifMeasured());
                String source = assertInstanceOf(Measured.class, vector.busy()).source();
                assertEquals("nvmlDeviceGetUtilizationRates, over 1 samples", source);
                // GPM needs two.
                assertInstanceOf(Reading.Absent.class, vector.tensor());
                String unknown =
                        assertInstanceOf(
                                        Reading.Absent.class,
                                        DeviceUtilisation.of(sampler, "GPU-9", back).memory())
                                .reason();
                assertEquals("GPU_DRAM_ACTIVITY of GPU-9 is not sampled", unknown);
            }
        }
    }
}
