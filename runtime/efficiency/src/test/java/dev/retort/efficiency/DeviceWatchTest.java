package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Nvml;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml.Value;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.Stream;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.figures.UtilisationSum;
import dev.retort.efficiency.verdict.DeviceActivity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

@ExtendWith(StandInExtension.class)
class DeviceWatchTest {
    private static final Duration BACK = Duration.ofMinutes(1);

    @Test
    void aRunIsJudgedByItsOwnDevice(StandIn standIn) {
        standIn.nvml().set(0, Value.UTILIZATION_GPU, 11);
        standIn.nvml().set(1, Value.UTILIZATION_GPU, 99);
        try (Nvml nvml = Nvml.open().optional().orElseThrow();
                Sampler sampler =
                        Sampler.manual(
                                SamplerOptions.defaults(),
                                GpuCounters.openAll(nvml).stream()
                                        .map(gpu -> gpu.optional().orElseThrow())
                                        .toList())) {
            DeviceWatch unknown = new DeviceWatch(sampler, List.of());
            for (int ordinal = 0; ordinal < 2; ordinal++) {
                try (DeviceContext context =
                                Devices.probe().optional().orElseThrow().all().get(ordinal).open();
                        Stream stream = context.createStream()) {
                    DeviceWatch watch = new DeviceWatch(sampler, List.of(stream));
                    sampler.tick();
                    OptionalDouble busy = OptionalDouble.of(ordinal == 0 ? 0.11 : 0.99);
                    assertEquals(busy, watch.activity(BACK, null).busy());
                    assertEquals(busy, watch.activity(null).busy());
                    long later = System.nanoTime();
                    UtilisationSum sum =
                            new UtilisationSum(
                                    sampler, watch.utilisation().keySet().iterator().next(), later);
                    sum.look(BACK);
                    assertTrue(sum.mean().busy().ifMeasured().isEmpty(), "before it began");
                    standIn.nvml().set(ordinal, Value.UTILIZATION_GPU, 51);
                    sampler.tick();
                    watch.look(true);
                    for (int again = 0; again < 2; again++) {
                        sum.look(BACK);
                        assertEquals(0.51, sum.mean().busy().ifMeasured().orElseThrow(), 1e-12);
                    }
                    double mean = (busy.orElseThrow() + 0.51) / 2;
                    assertEquals(mean, watch.activity(null).busy().orElseThrow(), 1e-12);
                    sampler.tick();
                    assertEquals(
                            mean,
                            watch.activity(null).busy().orElseThrow(),
                            1e-12,
                            "it has ended, and each sample counts once");
                }
            }
            assertEquals(DeviceActivity.UNKNOWN, unknown.activity(BACK, null), "which of two?");
            assertEquals(DeviceActivity.UNKNOWN, unknown.activity(null));
            assertEquals(2, unknown.utilisation().size());
        }
    }
}
