package dev.retort.device.sampling;

import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Nvml;
import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CounterSource;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.counters.Series;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** The sampler on the GPUs of this machine. */
@Tag("gpu")
class SamplerHardwareTest {
    @Test
    void threeSecondsOfARealDevice() throws InterruptedException {
        try (Nvml nvml = Nvml.open().optional().orElseThrow()) {
            List<? extends CounterSource> gpus =
                    GpuCounters.openAll(nvml).stream()
                            .map(Availability::optional)
                            .map(gpu -> gpu.orElseThrow())
                            .toList();
            String device = gpus.getFirst().device();
            try (Sampler sampler = Sampler.start(SamplerOptions.defaults(), gpus)) {
                TimeUnit.SECONDS.sleep(2);
                SamplerWindow window = sampler.openWindow();
                TimeUnit.SECONDS.sleep(3);
                WindowReport report = window.close();
                double watts = value(report.of(device, Counter.GPU_POWER).getFirst().mean());
                assertTrue(watts > 1 && watts < 3000, "power: " + watts);
                EnergyUsage energy = report.energy(device);
                double joules = value(energy.joules());
                double bound = value(energy.errorBoundJoules());
                assertEquals(watts * 3, joules, bound + 0.3 * watts * 3, "energy and power");
                for (Series series : sampler.series()) {
                    if (sampler.latest(series) instanceof Reading.Absent(String reason)) {
                        assertFalse(reason.isBlank(), series.toString());
                    }
                }
                SamplerCost cost = sampler.cost();
                assertEquals(0, sampler.failures());
                assertTrue(cost.driverTime().isPositive());
            }
        }
    }
}
