package dev.retort.efficiency.export;

import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.figures.PriceTable;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How the figures of a run are exported:
 *
 * {@snippet class="dev.retort.efficiency.export.Snippets" region="export"}
 *
 * <p>Not thread-safe.
 */
public final class ExportOptions {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final RunMeter meter;
    private final List<Destination> destinations = new ArrayList<>();
    private Duration every = Duration.ofSeconds(10);
    private int devices = 1;
    private @Nullable PriceTable prices;

    private ExportOptions(RunMeter meter) {
        this.meter = Objects.requireNonNull(meter, "meter is null");
    }

    /**
     * An export to nowhere, every 10 s.
     *
     * @param meter the meter of the run, borrowed
     * @return the options
     */
    public static ExportOptions of(RunMeter meter) {
        return new ExportOptions(meter);
    }

    /**
     * Adds a destination.
     *
     * @param destination the destination, which belongs to the export from now on
     * @return this
     */
    public ExportOptions to(Destination destination) {
        destinations.add(Objects.requireNonNull(destination, "destination is null"));
        return this;
    }

    /**
     * Sets the length of an interval.
     *
     * @param interval from 10 ms to 1 h
     * @return this
     */
    public ExportOptions every(Duration interval) {
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "expected an interval from %s to %s, found %s"
                            .formatted(SHORTEST, LONGEST, interval));
        }
        every = interval;
        return this;
    }

    /**
     * Sets what devices cost, without which there is no cost.
     *
     * @param count how many devices are paid for, at least 1
     * @param perDevice the price of an hour of one device
     * @return this
     */
    public ExportOptions prices(int count, PriceTable perDevice) {
        if (count < 1) {
            throw new IllegalArgumentException("expected at least 1 device, found " + count);
        }
        devices = count;
        prices = Objects.requireNonNull(perDevice, "perDevice is null");
        return this;
    }

    /**
     * Starts to export. Waits, 5 s at most, until the destinations are open; one that cannot be
     * opened is an anomaly of the run and is tried again before each interval.
     *
     * @return the export; it stops by itself when the run ends
     */
    public RunExport start() {
        return new RunExport(this);
    }

    RunMeter meter() {
        return meter;
    }

    List<Destination> destinations() {
        return List.copyOf(destinations);
    }

    Duration every() {
        return every;
    }

    int devices() {
        return devices;
    }

    @Nullable PriceTable prices() {
        return prices;
    }
}
