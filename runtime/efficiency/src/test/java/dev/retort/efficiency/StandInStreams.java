package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Stream;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.Map;

/**
 * Regions on streams of the stand-in, through the real downcalls, by a clock that the test moves:
 * how long the simulated device works is what the test says.
 */
@ExtendWith(StandInExtension.class)
abstract class StandInStreams {
    static final long MS = 1_000_000;

    final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    StandIn standIn;
    long nanoTime;
    DeviceContext context;
    Stream stream;
    DeviceBuffer buffer;

    @BeforeEach
    void open(StandIn machine) {
        standIn = machine;
        context = DeviceTimeContract.device().open();
        stream = context.createStream();
        buffer = context.allocate(16);
    }

    @AfterEach
    void close() {
        // A lost device frees nothing.
        standIn.reset();
        buffer.close();
        stream.close();
        context.close();
        sampler.close();
    }

    /** A run that begins at 1 ms, whose device takes 10 ms for each piece of work. */
    RunOptions options() {
        nanoTime = MS;
        standIn.setClock(MS);
        standIn.setWorkNanos(10 * MS);
        return RunOptions.of("run").sampler(sampler).nanoClock(() -> nanoTime);
    }

    void pass(long millis) {
        nanoTime += millis * MS;
        standIn.setClock(nanoTime);
    }

    void region(RunMeter meter, Region region, Stream... streams) {
        meter.begin(region);
        for (Stream one : streams) {
            buffer.fill((byte) 1, one);
        }
        meter.end(region);
    }

    static Map<Region, Duration> millis(Region region, long millis) {
        return Map.of(region, Duration.ofMillis(millis));
    }

    static void assertTimes(DeviceTime time, long busy, long idle, long unknown) {
        String found = time.toString() + time.untimed();
        assertEquals(Duration.ofMillis(busy), time.busy(), found);
        assertEquals(Duration.ofMillis(idle), time.idle(), found);
        assertEquals(Duration.ofMillis(unknown), time.unknown(), found);
    }
}
