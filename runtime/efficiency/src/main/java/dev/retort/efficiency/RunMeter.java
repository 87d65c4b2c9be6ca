package dev.retort.efficiency;

import dev.retort.device.counters.Tier;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.device.sampling.SamplerWindow;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The hook for training code: tells apart what a run spends its wall-clock time on.
 *
 * <p>A loop says what it does by {@link #begin} and {@link #end}, and {@link #step} when an
 * optimiser step is done. Regions nest; each nanosecond belongs to the innermost open region, and
 * to {@link Region#OTHER} when none is open. These three calls allocate nothing, never synchronise
 * a device and never throw: a call that breaks a rule is an {@link Anomaly}, counted and reported.
 * On a device that works asynchronously a region therefore measures the time of the host.
 *
 * <p>A meter is confined to the thread that opened it. The three hooks ignore and count calls from
 * other threads; the calls that return an account throw {@link WrongThreadException}.
 *
 * <p>The owner closes the meter, which closes its sampler too if the meter started it.
 */
public final class RunMeter implements AutoCloseable {
    private static final Duration SAMPLING_PERIOD = Duration.ofMillis(100);

    private final String name;
    private final Sampler sampler;
    private final boolean ownsSampler;
    private final double nanosPerCall;
    private final SamplerWindow window;
    private final RegionClock clock;
    private @Nullable RunAccount finished;

    /**
     * Opens a meter.
     *
     * @param name the name of the run
     * @param sampler what measures the processor meanwhile
     * @param ownsSampler whether the sampler is closed with the meter
     * @param nanoClock the clock, in nanoseconds from any origin
     */
    RunMeter(String name, Sampler sampler, boolean ownsSampler, LongSupplier nanoClock) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.sampler = Objects.requireNonNull(sampler, "sampler is null");
        this.ownsSampler = ownsSampler;
        // The first meter of a JVM calibrates here, before its window and its clock start.
        nanosPerCall = HookCalibration.nanosPerCall();
        window = sampler.openWindow();
        clock = new RegionClock(nanoClock);
    }

    /**
     * Opens a meter with a sampler that is shared with others.
     *
     * @param name the name of the run
     * @param sampler what measures the processor meanwhile; it stays the caller's to close, after
     *     the meter
     * @return the meter; the calling thread owns and closes it
     * @throws IllegalStateException if the sampler is closed
     */
    public static RunMeter open(String name, Sampler sampler) {
        return new RunMeter(name, sampler, false, System::nanoTime);
    }

    /**
     * Opens a meter that samples the processor itself, every 100 ms.
     *
     * @param name the name of the run
     * @return the meter; the calling thread owns and closes it
     */
    public static RunMeter open(String name) {
        Objects.requireNonNull(name, "name is null");
        Sampler sampler =
                Sampler.start(SamplerOptions.defaults().withPeriod(Tier.FAST, SAMPLING_PERIOD));
        return new RunMeter(name, sampler, true, System::nanoTime);
    }

    /**
     * Begins a region, inside those that are open, of which there can be 16.
     *
     * @param region the region
     */
    public void begin(Region region) {
        clock.begin(region);
    }

    /**
     * Ends the innermost region, which must be the one named. If another one is innermost, the call
     * is an {@link Anomaly#UNBALANCED_END}: it ends the named region with all regions inside it, or
     * nothing if the named region is not open.
     *
     * @param region the region
     */
    public void end(Region region) {
        clock.end(region);
    }

    /**
     * Counts one finished optimiser step.
     *
     * @param items the items it consumed, such as samples or tokens; not negative
     */
    public void step(long items) {
        clock.step(items);
    }

    /**
     * The account up to now; the meter runs on, and regions that are open contribute their time so
     * far. After {@link #finish} it is the final account, with the anomalies that have been counted
     * since. Allocates and reads a few small files, so it does not belong into every step.
     *
     * @return the account
     * @throws WrongThreadException if called by another thread than the owner
     */
    public RunAccount snapshot() {
        clock.requireOwner();
        RunAccount end = finished;
        if (end != null) {
            return new RunAccount(
                    end.name(),
                    end.ledger(),
                    end.steps(),
                    end.items(),
                    end.cpu(),
                    clock.anomalies(),
                    end.hookCost());
        }
        clock.advance();
        return account(window.report().cpu());
    }

    /**
     * Ends the run: books the time up to now, ends what is open, closes the sampler if the meter
     * owns it. A second call changes nothing and returns the same account.
     *
     * @return the final account
     * @throws WrongThreadException if called by another thread than the owner
     */
    public RunAccount finish() {
        clock.requireOwner();
        RunAccount end = finished;
        if (end == null) {
            clock.finish();
            try {
                end = account(window.close().cpu());
                finished = end;
            } finally {
                if (ownsSampler) {
                    sampler.close();
                }
            }
        }
        return end;
    }

    /**
     * {@linkplain #finish Finishes} the run.
     *
     * @throws WrongThreadException if called by another thread than the owner
     */
    @Override
    public void close() {
        finish();
    }

    private RunAccount account(CpuUsage usage) {
        return new RunAccount(
                name,
                clock.ledger(),
                clock.steps(),
                clock.items(),
                usage,
                clock.anomalies(),
                HookCost.of(clock.calls(), nanosPerCall));
    }
}
