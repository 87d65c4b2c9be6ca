package dev.retort.device.sampling;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.Series;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a window has measured. Immutable.
 *
 * @param openedNanoTime when it was opened, on the time line of {@link System#nanoTime()}
 * @param closedNanoTime when it was closed, or reported on
 * @param cores the processors available to the JVM at the end, at least 1
 * @param series what it has seen of each series, device by device
 * @param energies the energy of each device, by its identity
 */
public record WindowReport(
        long openedNanoTime,
        long closedNanoTime,
        int cores,
        Map<Series, SeriesReport> series,
        Map<String, EnergyUsage> energies) {
    /** Copies the maps, in their order. */
    public WindowReport {
        series = Collections.unmodifiableMap(new LinkedHashMap<>(series));
        energies = Collections.unmodifiableMap(new LinkedHashMap<>(energies));
    }

    /** {@return the length of the window} */
    public Duration wall() {
        return Duration.ofNanos(closedNanoTime - openedNanoTime);
    }

    /**
     * What it has seen of one counter of one device.
     *
     * @param device the device's identity
     * @param counter the counter
     * @return its series: none, one, or one for each part of the device
     */
    public List<SeriesReport> of(String device, Counter counter) {
        return series.values().stream()
                .filter(
                        report ->
                                report.series().device().equals(device)
                                        && report.series().counter() == counter)
                .toList();
    }

    /**
     * The energy of one device.
     *
     * @param device the device's identity
     * @return its energy, or why it is absent
     * @throws IllegalArgumentException if the sampler does not have the device
     */
    public EnergyUsage energy(String device) {
        EnergyUsage energy = energies.get(device);
        if (energy == null) {
            throw new IllegalArgumentException(
                    "the window is of %s, not of %s".formatted(energies.keySet(), device));
        }
        return energy;
    }

    /**
     * What the window cost in CPU time, memory and energy.
     *
     * @return the usage; all of it absent when the processor was not sampled
     */
    public CpuUsage cpu() {
        return new CpuUsage(
                wall(),
                cores,
                processor(Counter.PROCESS_CPU_TIME).growth(),
                processor(Counter.RESIDENT_MEMORY).max(),
                processor(Counter.PACKAGE_ENERGY).growth());
    }

    private SeriesReport processor(Counter counter) {
        List<SeriesReport> found = of(CpuCounters.DEVICE, counter);
        if (!found.isEmpty()) {
            return found.getFirst();
        }
        Reading absent = new Reading.Absent("the processor's " + counter + " is not sampled");
        return new SeriesReport(
                new Series(CpuCounters.DEVICE, counter, "none"),
                0,
                absent,
                absent,
                absent,
                absent,
                absent);
    }
}
