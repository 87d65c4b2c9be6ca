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
    private static Map<Region, Duration> millis(Map<Region, Long> parts) {
        return parts.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> Duration.ofMillis(e.getValue())));
    }

    private static DeviceTime time(long busy, Map<Region, Long> idle, Map<Region, Long> inJvm) {
        Map<Region, Duration> byRegion = millis(idle);
        Duration all = byRegion.values().stream().reduce(Duration.ZERO, Duration::plus);
        return new DeviceTime(
                List.of("simulated"),
                Duration.ofMillis(busy).plus(all),
                Duration.ofMillis(busy),
                all,
                Duration.ZERO,
                Map.of(),
                byRegion,
                Optional.of(
                        Duration.ofMillis(
                                inJvm.values().stream().mapToLong(Long::longValue).sum())),
                millis(inJvm),
                1,
                Map.of(),
                Optional.of(Duration.ZERO),
                Duration.ZERO);
    }

    @Test
    void eventsTellForWhomTheDeviceWaited() {
        // The JVM paused while the host waited for input, while it trained, and while it evaluated.
        DeviceTime time =
                time(
                        60,
                        Map.of(
                                Region.INPUT, 20L,
                                Region.OTHER, 12L,
                                Region.FORWARD, 8L,
                                Region.EVALUATION, 7L),
                        Map.of(Region.INPUT, 4L, Region.FORWARD, 3L, Region.EVALUATION, 2L));
        DeviceActivity activity = DeviceActivity.UNKNOWN.with(time);
        assertEquals(60.0 / 107, activity.busy().orElseThrow(), 1e-12);
        assertEquals(Optional.of(Duration.ofMillis(7)), activity.idleInJvmPause());
        assertEquals(Optional.of(Duration.ofMillis(12 + 8 - 3)), activity.idleForHost());
        assertEquals(OptionalDouble.empty(), activity.dram());
    }

    @Test
    void nothingIsToldOfAnUnknownTime() {
        DeviceTime unknown = time(0, Map.of(), Map.of());
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
                // 1755 of 1980 MHz.
                assertEquals(1 - 1755.0 / 1980, activity.slowdown().orElseThrow(), 1e-12);
                assertEquals(Optional.empty(), activity.idleForHost());
                DeviceUtilisation vector = DeviceUtilisation.of(sampler, gpu.device(), back);
                assertEquals(activity.busy(), vector.busy().ifMeasured());
                String source = assertInstanceOf(Measured.class, vector.busy()).source();
                assertEquals("nvmlDeviceGetUtilizationRates, over 1 samples", source);
                // GPM needs two.
                assertInstanceOf(Reading.Absent.class, vector.tensor());
                assertInstanceOf(Reading.Absent.class, vector.operating());
                assertEquals(
                        "nvmlDeviceGetCurrentClocksEventReasons with the SM clock below the"
                                + " highest, over 1 samples",
                        assertInstanceOf(Measured.class, vector.slowdown()).source());
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
