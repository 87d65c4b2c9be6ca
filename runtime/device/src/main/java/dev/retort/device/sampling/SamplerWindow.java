package dev.retort.device.sampling;

import dev.retort.device.Reading;
import dev.retort.device.counters.Probe.State;
import dev.retort.device.counters.Series;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A stretch of time that is being measured, from {@link Sampler#openWindow()} to {@link #close()}.
 * It may be longer than the sampler keeps samples.
 *
 * <p>Thread-safe: any thread may ask or close. Windows may overlap and nest freely. A window holds
 * no native resource; one that is never closed costs some comparisons per tick until its sampler is
 * closed. One that outlives its sampler can still be closed, but saw no sample in between.
 */
public final class SamplerWindow {
    private final Sampler sampler;
    private final LongSupplier nanoClock;
    private final long openedAt;
    private final List<Series> series = new ArrayList<>();

    // Guarded by this.
    private final SeriesAccumulator[] accumulators;
    private @Nullable WindowReport closed;

    SamplerWindow(Sampler sampler, Collection<SampledSeries> sampled, LongSupplier nanoClock) {
        this.sampler = sampler;
        this.nanoClock = nanoClock;
        List<SeriesAccumulator> begun = new ArrayList<>();
        for (SampledSeries one : sampled) {
            series.add(one.series());
            begun.add(
                    switch (one.latest()) {
                        case Reading.Measured(double value, _, long nanoTime) ->
                                new SeriesAccumulator(
                                        true,
                                        nanoTime,
                                        value,
                                        "no sample fell into the window, which was shorter than the"
                                                + " time between two samples");
                        case Reading.Absent(String reason) ->
                                new SeriesAccumulator(false, 0, 0, reason);
                    });
        }
        accumulators = begun.toArray(SeriesAccumulator[]::new);
        // Before the sample at the opening, and the end after that at the close: the readings lie
        // inside of the interval, so that they cannot push a utilisation above 1.
        openedAt = nanoClock.getAsLong();
    }

    /**
     * What was measured so far, up to this call; the window stays open. Once it is closed, what was
     * measured up to its close. Samples the processor, so it does not belong into a training step.
     *
     * @return the report
     */
    public WindowReport report() {
        synchronized (this) {
            if (closed != null) {
                return closed;
            }
        }
        sampler.sampleProcessor();
        synchronized (this) {
            return closed == null ? measure() : closed;
        }
    }

    /**
     * Ends the window. A second close changes nothing and returns the same report.
     *
     * @return the report from the opening to the first close
     */
    public WindowReport close() {
        WindowReport report = report();
        synchronized (this) {
            if (closed == null) {
                closed = report;
            }
            report = closed;
        }
        sampler.forget(this);
        return report;
    }

    /** Takes note of a sample; the lock is held for as long as it takes, and by nobody for long. */
    synchronized void measured(int index, long nanoTime, double value) {
        if (closed == null) {
            accumulators[index].measured(nanoTime, value);
        }
    }

    /** Takes note of a sample without a value. */
    synchronized void absent(int index, State state, String reason) {
        if (closed == null) {
            accumulators[index].absent(state, reason);
        }
    }

    private WindowReport measure() {
        long now = nanoClock.getAsLong();
        Map<Series, SeriesReport> reports = new LinkedHashMap<>();
        Map<String, EnergyUsage> energies = new LinkedHashMap<>();
        for (int i = 0; i < accumulators.length; i++) {
            reports.put(
                    series.get(i), SeriesReport.of(series.get(i), accumulators[i], openedAt, now));
        }
        EnergyAccount account = new EnergyAccount(series, accumulators, openedAt, now);
        for (Map.Entry<String, String> device : sampler.devices().entrySet()) {
            energies.put(
                    device.getKey(),
                    account.of(
                            device.getKey(),
                            device.getValue(),
                            sampler.energyPeriod(device.getKey())));
        }
        return new WindowReport(
                openedAt, now, Runtime.getRuntime().availableProcessors(), reports, energies);
    }
}
