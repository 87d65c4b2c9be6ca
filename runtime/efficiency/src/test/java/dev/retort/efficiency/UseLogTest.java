package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CounterSource;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.DeviceEvent;
import dev.retort.device.counters.Probe;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.RunHistory.Point;
import dev.retort.efficiency.RunHistory.Use;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class UseLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final UseLog.Line gauge =
            new UseLog.Line("GPU", new Series("GPU-1", Counter.GPU_BUSY, "test"), 1);

    private void measure(int second, double share) {
        long at = second * SECOND;
        gauge.look(new Reading.Measured(share, "test", at), at, at);
    }

    private static Point point(int second, double share) {
        return new Point(Duration.ofSeconds(second), share);
    }

    @Test
    void aShareIsTheMeanUpToItsTime() {
        measure(1, 0.25);
        measure(2, 0.5);
        measure(4, 0.75);
        assertEquals(List.of(point(2, 0.5), point(4, 0.75)), gauge.use().points());
        assertEquals(Optional.empty(), gauge.use().absent());
    }

    @Test
    void timeInWhichAGaugeWasAbsentIsNotFilledIn() {
        measure(1, 0.25);
        measure(2, 0.25);
        gauge.look(new Reading.Absent("the driver is busy"), 3 * SECOND, 3 * SECOND);
        measure(100, 1);
        measure(101, 0.5);
        assertEquals(List.of(point(2, 0.25), point(101, 0.5)), gauge.use().points());
    }

    /** A device that tells nothing. */
    private static final class Silent implements CounterSource {
        @Override
        public String device() {
            return "GPU-7";
        }

        @Override
        public String name() {
            return "Silent GPU";
        }

        @Override
        public List<Probe> probes() {
            return List.of();
        }

        @Override
        public Optional<DeviceEvent> nextEvent() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    @Test
    void aDeviceWithoutASeriesSaysSo() {
        try (Sampler sampler =
                Sampler.manual(
                        SamplerOptions.defaults(), List.of(CpuCounters.host(), new Silent()))) {
            List<Use> uses = new UseLog(sampler).uses();
            // This process, the machine, and the device: a processor is no GPU.
            assertEquals(3, uses.size(), uses::toString);
            Use use = uses.getLast();
            assertEquals("Silent GPU", use.label());
            assertEquals(Optional.of("its GPU_BUSY is not sampled"), use.absent());
            assertEquals(List.of(), use.points());
        }
    }
}
