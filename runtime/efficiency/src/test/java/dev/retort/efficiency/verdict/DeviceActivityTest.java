package dev.retort.efficiency.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Nvml;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.DeviceTime;
import dev.retort.efficiency.Region;

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
                Optional.of(Duration.ZERO));
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
            }
        }
    }
}
