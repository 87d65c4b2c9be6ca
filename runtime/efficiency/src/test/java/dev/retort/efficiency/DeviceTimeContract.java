package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.Stream;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What holds of regions that are timed on streams, on any device and by its own clock. */
abstract class DeviceTimeContract {
    private static final int STEPS = 40;

    final Sampler sampler = Sampler.start(SamplerOptions.defaults());

    @AfterEach
    void closeSampler() {
        sampler.close();
    }

    static Device device() {
        return switch (Devices.probe()) {
            case Available<Devices>(Devices devices) -> devices.all().getFirst();
            case Unavailable<Devices>(List<String> reasons) ->
                    Assertions.fail("no device: " + reasons);
        };
    }

    private static void train(RunMeter meter, Stream stream, DeviceBuffer buffer) {
        for (int step = 0; step < STEPS; step++) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            LockSupport.parkNanos(1_000_000);
            meter.end(Region.INPUT);
            meter.begin(Region.FORWARD);
            for (int i = 0; i < 10; i++) {
                buffer.fill((byte) i, stream);
            }
            meter.end(Region.FORWARD);
            meter.begin(Region.UPDATE);
            buffer.fill((byte) 0, stream);
            meter.end(Region.UPDATE);
            meter.endStep(1);
        }
    }

    @Test
    void everyRegionIsTimedAndTheTimesAddUp() {
        try (DeviceContext context = device().open();
                Stream stream = context.createStream();
                DeviceBuffer buffer = context.allocate(4 << 20);
                RunMeter meter =
                        RunOptions.of("run").sampler(sampler).deviceStreams(stream).open()) {
            train(meter, stream, buffer);
            // The test waits, so that it need not guess; the meter does not.
            stream.synchronize();
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(List.of(context.device().name()), time.devices());
            assertEquals(2 * STEPS, time.timed());
            assertEquals(Map.of(), time.untimed());
            assertEquals(Duration.ZERO, time.unknown());
            assertEquals(time.known(), time.busy().plus(time.idle()));
            Duration forward = time.byRegion().getOrDefault(Region.FORWARD, Duration.ZERO);
            Duration update = time.byRegion().getOrDefault(Region.UPDATE, Duration.ZERO);
            assertTrue(forward.isPositive(), time.toString());
            assertTrue(time.readingCost().isPositive());
            // On one stream regions do not overlap; gaps below 1 us between them are none.
            assertTrue(time.busy().compareTo(forward.plus(update)) >= 0, time.toString());
            assertTrue(
                    time.idleByRegion().getOrDefault(Region.INPUT, Duration.ZERO).isPositive(),
                    time.toString());
            RunAccount account = meter.finish();
            assertEquals(Map.of(), account.anomalies());
            assertTrue(account.ledger().elapsed().compareTo(time.known()) >= 0);
            assertEquals(2 * STEPS, meter.deviceTime().orElseThrow().timed());
        }
    }
}
