package dev.retort.device.counters;

import dev.retort.device.Reading;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The counters of one device. One thread at a time uses a source; a sampler takes it over and
 * closes it.
 */
public interface CounterSource extends AutoCloseable {
    /**
     * The device's identity.
     *
     * @return {@code cpu}, or the UUID of a GPU or of a MIG instance
     */
    String device();

    /**
     * What people call the device.
     *
     * @return its name
     */
    String name();

    /**
     * What reads the device.
     *
     * @return the probes, in the order in which they are best read
     */
    List<Probe> probes();

    /**
     * Reads one counter of the whole device once, for those who have no sampler.
     *
     * @param counter the counter
     * @return its value, of a cumulative one its growth since the first read of this source; or why
     *     there is none
     */
    default Reading read(Counter counter) {
        for (Probe probe : probes()) {
            for (int i = 0; i < probe.series().size(); i++) {
                Series series = probe.series().get(i);
                if (series.counter() == counter && series.scope().isEmpty()) {
                    long now = System.nanoTime();
                    probe.sample(now);
                    return probe.state(i) == Probe.State.MEASURED
                            ? new Reading.Measured(probe.value(i), series.source(), now)
                            : new Reading.Absent(probe.reason(i));
                }
            }
        }
        return new Reading.Absent(name() + " has no counter " + counter);
    }

    /**
     * Takes the next event of the device, without waiting for one.
     *
     * @return the event, or empty when there is none
     */
    Optional<DeviceEvent> nextEvent();

    /**
     * Measures how often the device's energy counter moves, by reading it in a row until it has
     * moved a few times. Takes up to 0.3 s.
     *
     * @param nanoClock the time, in nanoseconds
     * @return the longest time in seconds for which the counter stood still; absent where there is
     *     no such counter or it did not move
     */
    default Reading measureEnergyPeriod(LongSupplier nanoClock) {
        return new Reading.Absent("the device has no energy counter whose period matters");
    }

    /** Gives back what the source holds. A second call does nothing. */
    @Override
    void close();
}
