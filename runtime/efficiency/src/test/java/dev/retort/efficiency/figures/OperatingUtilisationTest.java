package dev.retort.efficiency.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Nvml;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** By the counters of the stand-in, which says "simulated". */
@ExtendWith(StandInExtension.class)
class OperatingUtilisationTest {
    private static final Duration BACK = Duration.ofMinutes(1);
    private static final SamplerOptions OPTIONS =
            SamplerOptions.defaults().withEnergyPeriodMeasured(false);

    private static String reason(Reading reading) {
        return assertInstanceOf(Reading.Absent.class, reading).reason();
    }

    @Test
    void theActivityCountsAsTheClockAllows(StandIn standIn) {
        try (Nvml nvml = Nvml.open().optional().orElseThrow()) {
            GpuCounters gpu = GpuCounters.open(nvml, nvml.deviceByIndex(0));
            try (Sampler sampler = Sampler.manual(OPTIONS, List.of(gpu))) {
                String device = gpu.device();
                Reading before = OperatingUtilisation.of(sampler, device, BACK, 2e9);
                assertTrue(!reason(before).isBlank());
                sampler.tick();
                // Two samples of GPM lie at least 100 ms apart.
                LockSupport.parkNanos(150_000_000);
                sampler.tick();
                double activity =
                        sampler.latest(
                                        sampler.series(device, Counter.GPU_TENSOR_ACTIVITY)
                                                .getFirst())
                                .ifMeasured()
                                .orElseThrow();
                double clock =
                        sampler.latest(sampler.series(device, Counter.GPU_SM_CLOCK).getFirst())
                                .ifMeasured()
                                .orElseThrow();
                assertTrue(activity > 0 && clock > 0);
                Reading found = OperatingUtilisation.of(sampler, device, BACK, 2e9);
                assertEquals(activity * clock / 2e9, found.ifMeasured().orElseThrow(), 1e-12);
                String source = assertInstanceOf(Reading.Measured.class, found).source();
                assertTrue(source.contains("Gpm") && source.contains("SM clock"), source);
                assertTrue(
                        reason(OperatingUtilisation.of(sampler, device, BACK, 0)).contains("Hz"));
            }
        }
    }

    @Test
    void withoutGpmThereIsNone(StandIn standIn) {
        standIn.fail("nvmlGpmQueryDeviceSupport", 3, -1);
        try (Nvml nvml = Nvml.open().optional().orElseThrow()) {
            GpuCounters gpu = GpuCounters.open(nvml, nvml.deviceByIndex(0));
            try (Sampler sampler = Sampler.manual(OPTIONS, List.of(gpu))) {
                sampler.tick();
                String why = reason(OperatingUtilisation.of(sampler, gpu.device(), BACK, 2e9));
                assertTrue(why.contains("nvmlGpm"), why);
            }
        }
        try (Sampler sampler =
                Sampler.manual(
                        OPTIONS.without(Set.of(Counter.GPU_SM_CLOCK)),
                        List.of(CpuCounters.host()))) {
            String why = reason(OperatingUtilisation.of(sampler, "GPU-1", BACK, 2e9));
            assertEquals("GPU_TENSOR_ACTIVITY of GPU-1 is not sampled", why);
        }
    }
}
