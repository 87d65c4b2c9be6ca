package dev.retort.device.counters;

import java.util.Objects;

/**
 * One counter of one device, whose values follow each other in time.
 *
 * @param device the device's identity, as {@link CounterSource#device()} has it
 * @param counter what is counted
 * @param scope the part of the device, such as a core or a link; empty for the whole
 * @param source where the values come from, for example {@code nvmlDeviceGetPowerUsage}
 */
public record Series(String device, Counter counter, String scope, String source) {
    /** Checks the components. */
    public Series {
        Objects.requireNonNull(device, "device is null");
        Objects.requireNonNull(counter, "counter is null");
        Objects.requireNonNull(scope, "scope is null");
        Objects.requireNonNull(source, "source is null");
    }

    /**
     * A series of a whole device.
     *
     * @param device the device's identity
     * @param counter what is counted
     * @param source where the values come from
     */
    public Series(String device, Counter counter, String source) {
        this(device, counter, "", source);
    }
}
