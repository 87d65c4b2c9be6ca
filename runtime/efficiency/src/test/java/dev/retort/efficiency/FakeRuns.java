package dev.retort.efficiency;

import dev.retort.device.counters.CpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.HdrHistogram.Histogram;

import java.util.List;
import java.util.function.Consumer;

/** Runs on a clock that is moved by hand, for those who look at runs. */
public final class FakeRuns {
    private static final long MILLI = 1_000_000;

    private long now = 1_000;
    private long ticked = now;
    private final RunMeter meter;

    private FakeRuns(RunOptions options, Sampler sampler) {
        meter = options.nanoClock(() -> now).sampler(sampler).open();
    }

    /** Has a run go on a clock of its own, and gives its meter to whoever looks. */
    public static void look(RunOptions options, Consumer<FakeRuns> run, Consumer<RunMeter> look) {
        try (Sampler sampler =
                Sampler.manual(SamplerOptions.defaults(), List.of(CpuCounters.host()))) {
            sampler.tick();
            FakeRuns fake = new FakeRuns(options, sampler);
            try (fake.meter) {
                run.accept(fake);
                look.accept(fake.meter);
            }
        }
    }

    /** Step times as a meter records them. */
    public static StepTimes stepTimes(long... nanos) {
        Histogram recorder = StepTimes.recorder();
        for (long one : nanos) {
            StepTimes.add(recorder, one);
        }
        return StepTimes.of(recorder);
    }

    /** The cost of hooks. */
    public static HookCost hooks(long calls, double nanosPerCall) {
        return HookCost.of(calls, nanosPerCall);
    }

    public RunMeter meter() {
        return meter;
    }

    /** Lets time pass, with the ticks of the background thread. */
    public void pass(double millis) {
        now += Math.round(millis * MILLI);
        while (now - ticked >= 1000 * MILLI) {
            ticked += 1000 * MILLI;
            meter.tick();
        }
    }

    /** Spends time in a region. */
    public void in(Region region, double millis) {
        meter.begin(region);
        pass(millis);
        meter.end(region);
    }

    /** A training step of 32 items. */
    public void step(double input, double forward, double backward, double update) {
        meter.beginStep();
        in(Region.INPUT, input);
        in(Region.FORWARD, forward);
        in(Region.BACKWARD, backward);
        in(Region.UPDATE, update);
        meter.endStep(32, 1024);
    }

    /** A pause of the JVM that ended now. */
    public void pause(double millis) {
        meter.attribute(Bucket.JVM_PAUSE, now - Math.round(millis * MILLI), now);
    }
}
