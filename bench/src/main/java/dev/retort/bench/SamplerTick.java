package dev.retort.bench;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.Nvml;
import dev.retort.device.counters.CounterSource;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerCost;
import dev.retort.device.sampling.SamplerOptions;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the background sampler costs at its default rates: a tick, hot and without a pause between
 * two, with the gc profiler for its allocation; and the thread as it runs, with its wake-ups and
 * what is cold between two ticks.
 *
 * <p>{@code devices=gpus} adds all GPUs that NVML knows. Without one, the stand-in that the tests
 * of {@code native/cuda} leave behind shows the cost of our side: {@code -jvmArgsAppend
 * -Ddev.retort.cuda.nvml=…/libnvidia-ml.so.1}.
 */
@State(Scope.Benchmark)
@Fork(2)
public class SamplerTick {
    private static final long SECONDS_UNTIL_STEADY = 20;
    private static final long SECONDS_MEASURED = 40;

    /** What is sampled: {@code cpu}, or {@code gpus} for the processor and all GPUs. */
    @Param("cpu")
    public String devices;

    private @Nullable Nvml nvml;
    private Sampler manual;

    /** Opens the devices. */
    @Setup
    public void open() {
        if (devices.equals("gpus")) {
            nvml =
                    switch (Nvml.open()) {
                        case Available<Nvml>(Nvml opened) -> opened;
                        case Unavailable<Nvml>(List<String> reasons) ->
                                throw new IllegalStateException("there is no NVML: " + reasons);
                    };
        }
        manual = Sampler.manual(SamplerOptions.defaults(), sources());
    }

    private List<CounterSource> sources() {
        List<CounterSource> sources = new ArrayList<>();
        sources.add(CpuCounters.host());
        Nvml library = nvml;
        if (library != null) {
            GpuCounters.openAll(library).stream()
                    .map(Availability::optional)
                    .forEach(gpu -> gpu.ifPresent(sources::add));
        }
        return sources;
    }

    /** Closes the devices. */
    @TearDown
    public void close() {
        manual.close();
        if (nvml != null) {
            nvml.close();
        }
    }

    /**
     * One tick: every one samples the fast tier, every fourth the medium one, every fortieth the
     * slow one. At the default rates there are four in a second.
     */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    @Warmup(iterations = 5, time = 1)
    @Measurement(iterations = 5, time = 1)
    public void tick() {
        manual.tick();
    }

    /** What the sampler says of itself. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Cost {
        /** CPU time of the sampling thread in a second of wall-clock time, in microseconds. */
        public long cpuMicrosPerSecond;

        /** Time inside of drivers in a second of wall-clock time, in microseconds. */
        public long driverMicrosPerSecond;

        /** By how much the periods were stretched at the end; 1 is as the options say. */
        public long stretch;
    }

    private static long perSecond(Duration before, Duration after) {
        return after.minus(before).toNanos() / 1000 / SECONDS_MEASURED;
    }

    /**
     * The running sampler, after a time in which the JVM has loaded and compiled: 0.1 % of a core
     * are 1,000 µs per second.
     *
     * @param cost gets its cost
     * @throws InterruptedException if the benchmark is interrupted
     */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    public void background(Cost cost) throws InterruptedException {
        try (Sampler sampler = Sampler.start(SamplerOptions.defaults(), sources())) {
            TimeUnit.SECONDS.sleep(SECONDS_UNTIL_STEADY);
            SamplerCost before = sampler.cost();
            TimeUnit.SECONDS.sleep(SECONDS_MEASURED);
            SamplerCost after = sampler.cost();
            cost.cpuMicrosPerSecond = perSecond(before.cpuTime(), after.cpuTime());
            cost.driverMicrosPerSecond = perSecond(before.driverTime(), after.driverTime());
            cost.stretch = after.stretch();
        }
    }
}
