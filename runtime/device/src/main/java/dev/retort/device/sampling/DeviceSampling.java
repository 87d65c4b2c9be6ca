package dev.retort.device.sampling;

import dev.retort.cuda.DeviceLostException;
import dev.retort.device.Reading;
import dev.retort.device.counters.CounterSource;
import dev.retort.device.counters.DeviceEvent;
import dev.retort.device.counters.Probe;
import dev.retort.device.counters.Probe.Outcome;
import dev.retort.device.counters.Probe.State;
import dev.retort.device.counters.Tier;
import dev.retort.device.gpu.Devices;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The sampling of one device: its probes, each with its schedule and the series it fills. One
 * thread at a time, by its lock, which nobody holds who waits for anything but the device.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // All writes are under the lock.
final class DeviceSampling {
    private final CounterSource source;
    private final LongSupplier nanoClock;
    private final Entry[] entries;
    private final TierSchedule eventSchedule;
    private final boolean callsDriver;
    private volatile @Nullable String lost;
    // Written under the lock, read without: who holds the lock of a window may ask for them.
    private volatile long driverNanos;
    private volatile long failures;
    private volatile @Nullable Reading energyPeriod;

    /** What becomes of the samples. */
    interface Sink {
        /** A sample has a value. */
        void measured(SampledSeries series, long nanoTime, double value);

        /** A sample has none. */
        void absent(SampledSeries series, long nanoTime, State state, String reason);

        /** Something happened; never while nothing does, so it may allocate. */
        void event(SamplerEvent event);
    }

    /** A probe, when it is due, and the series by its indices; null for one that is left out. */
    private static final class Entry {
        private final Probe probe;
        private final TierSchedule schedule;
        private final @Nullable SampledSeries[] series;
        private boolean never;

        Entry(Probe probe, TierSchedule schedule, @Nullable SampledSeries[] series) {
            this.probe = probe;
            this.schedule = schedule;
            this.series = series;
        }
    }

    /**
     * @param source the device's counters
     * @param options which of them, and how often
     * @param schedules when the tiers are due
     * @param all the series of the sampler, to which those of this device are added
     */
    DeviceSampling(
            CounterSource source,
            SamplerOptions options,
            Map<Tier, TierSchedule> schedules,
            List<SampledSeries> all,
            LongSupplier nanoClock) {
        this.source = source;
        this.nanoClock = nanoClock;
        this.eventSchedule = schedule(schedules, Tier.MEDIUM);
        List<Entry> kept = new ArrayList<>();
        for (Probe probe : source.probes()) {
            Tier tier = fastest(probe, options);
            if (tier != null) {
                kept.add(
                        new Entry(
                                probe,
                                schedule(schedules, tier),
                                series(probe, tier, options, all)));
            }
        }
        this.entries = kept.toArray(Entry[]::new);
        this.callsDriver = source.probes().stream().anyMatch(Probe::callsDriver);
    }

    private static TierSchedule schedule(Map<Tier, TierSchedule> schedules, Tier tier) {
        TierSchedule schedule = schedules.get(tier);
        if (schedule == null) {
            throw new IllegalArgumentException("tier " + tier + " has no schedule");
        }
        return schedule;
    }

    /** The tier of a probe, or null when all its series are left out. */
    private static @Nullable Tier fastest(Probe probe, SamplerOptions options) {
        return probe.series().stream()
                .filter(series -> options.samples(series.counter()))
                .map(series -> options.tier(series.counter()))
                .min(Tier::compareTo)
                .orElse(null);
    }

    private static @Nullable SampledSeries[] series(
            Probe probe, Tier tier, SamplerOptions options, List<SampledSeries> all) {
        long records = options.retention().dividedBy(options.period(tier)) + 1;
        @Nullable SampledSeries[] series = new @Nullable SampledSeries[probe.series().size()];
        for (int i = 0; i < series.length; i++) {
            if (options.samples(probe.series().get(i).counter())) {
                series[i] =
                        new SampledSeries(
                                probe.series().get(i),
                                all.size(),
                                (int) Math.min(records, 1 << 26));
                all.add(series[i]);
            }
        }
        return series;
    }

    CounterSource source() {
        return source;
    }

    /** Why the device is not sampled any more, or null. */
    @Nullable String lost() {
        return lost;
    }

    /** The time inside of the driver so far. */
    long driverNanos() {
        return driverNanos;
    }

    /** How many samples ended with an exception. */
    long failures() {
        return failures;
    }

    /** How often the device's energy counter moves, once it has been measured. */
    Reading energyPeriod() {
        Reading measured = energyPeriod;
        return measured == null
                ? new Reading.Absent("the period of the energy counter was not measured")
                : measured;
    }

    /** Measures the period of the energy counter, the first time. */
    synchronized boolean measureEnergyPeriod() {
        if (energyPeriod != null || lost != null) {
            return false;
        }
        try {
            energyPeriod = source.measureEnergyPeriod(nanoClock);
        } catch (RuntimeException failed) {
            energyPeriod = new Reading.Absent("its measurement failed: " + failed);
        }
        return true;
    }

    /** Samples what is due. */
    synchronized void tick(Sink sink) {
        for (int i = 0; i < entries.length && lost == null; i++) {
            if (entries[i].schedule.due()) {
                sample(entries[i], sink);
            }
        }
        if (eventSchedule.due() && lost == null) {
            takeEvents(sink);
        }
    }

    /** Samples everything now, on the calling thread. */
    synchronized void sampleAll(Sink sink) {
        for (int i = 0; i < entries.length && lost == null; i++) {
            sample(entries[i], sink);
        }
    }

    private void sample(Entry entry, Sink sink) {
        if (entry.never) {
            return;
        }
        long before = nanoClock.getAsLong();
        Outcome outcome;
        try {
            outcome = entry.probe.sample(before);
        } catch (RuntimeException | Error failed) {
            // Errors too: the sampler outlives an OutOfMemoryError that training recovers from.
            failures++;
            fail(entry, before, sink, "sampling failed: " + failed);
            return;
        }
        long after = nanoClock.getAsLong();
        if (entry.probe.callsDriver()) {
            driverNanos += after - before;
        }
        if (outcome == Outcome.NOTHING_NEW) {
            return;
        }
        // Somewhere between the two the device was read; half the call's time is the error.
        publish(entry, before + (after - before) / 2, sink);
        entry.never = outcome == Outcome.NEVER;
        if (outcome == Outcome.DEVICE_LOST) {
            lose(reasonOf(entry), after, sink);
        }
    }

    private static void publish(Entry entry, long nanoTime, Sink sink) {
        Probe probe = entry.probe;
        for (int i = 0; i < entry.series.length; i++) {
            SampledSeries series = entry.series[i];
            if (series == null) {
                continue;
            }
            State state = probe.state(i);
            if (state == State.MEASURED) {
                sink.measured(series, nanoTime, probe.value(i));
            } else {
                sink.absent(series, nanoTime, state, probe.reason(i));
            }
        }
    }

    private static void fail(Entry entry, long nanoTime, Sink sink, String reason) {
        for (SampledSeries series : entry.series) {
            if (series != null) {
                sink.absent(series, nanoTime, State.ABSENT, reason);
            }
        }
    }

    private static String reasonOf(Entry entry) {
        return entry.probe.series().isEmpty() ? "lost" : entry.probe.reason(0);
    }

    private void lose(String reason, long nanoTime, Sink sink) {
        lost = reason;
        for (Entry entry : entries) {
            fail(entry, nanoTime, sink, "the device is lost: " + reason);
        }
        sink.event(new SamplerEvent.DeviceLost(source.device(), reason, nanoTime));
        // Pending work fails by it, which runs code of others: not on the thread that samples.
        Thread.ofPlatform()
                .name("retort-device-lost")
                .daemon()
                .start(() -> Devices.lose(source.device(), DeviceLostException.seen(reason)));
    }

    private void takeEvents(Sink sink) {
        long before = nanoClock.getAsLong();
        try {
            for (Optional<DeviceEvent> event = source.nextEvent();
                    event.isPresent();
                    event = source.nextEvent()) {
                sink.event(new SamplerEvent.Reported(source.device(), event.get(), before));
            }
        } catch (RuntimeException | Error _) {
            failures++;
        }
        if (callsDriver) {
            driverNanos += nanoClock.getAsLong() - before;
        }
    }
}
