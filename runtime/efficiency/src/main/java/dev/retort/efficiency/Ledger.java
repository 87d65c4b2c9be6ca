package dev.retort.efficiency;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where the wall-clock time of a run went. It always balances: the regions sum to the elapsed time,
 * to the nanosecond.
 *
 * <p>Immutable.
 *
 * @param nanos the nanoseconds of every region; a region that is missing on construction has none
 * @param elapsedNanos the nanoseconds of the whole
 */
public record Ledger(Map<Region, Long> nanos, long elapsedNanos) {
    /**
     * Checks that the ledger balances.
     *
     * @throws IllegalArgumentException if a region is negative, or if the regions do not sum to the
     *     elapsed time
     */
    public Ledger {
        Objects.requireNonNull(nanos, "nanos is null");
        Map<Region, Long> complete = new EnumMap<>(Region.class);
        long sum = 0;
        for (Region region : Region.values()) {
            long part = nanos.getOrDefault(region, 0L);
            if (part < 0) {
                throw new IllegalArgumentException(region + " is negative: " + part + " ns");
            }
            sum = Math.addExact(sum, part);
            complete.put(region, part);
        }
        if (sum != elapsedNanos) {
            throw new IllegalArgumentException(
                    "the regions sum to %d ns, but %d ns elapsed".formatted(sum, elapsedNanos));
        }
        nanos = Collections.unmodifiableMap(complete);
    }

    /**
     * The time that a region was the innermost.
     *
     * @param region the region
     * @return its time
     */
    public Duration of(Region region) {
        return Duration.ofNanos(nanosOf(region));
    }

    /**
     * The share of the elapsed time that a region took. The shares of all regions sum to 1, unless
     * no time has elapsed: then every share is 0.
     *
     * @param region the region
     * @return the share, from 0 to 1
     */
    public double share(Region region) {
        return elapsedNanos == 0 ? 0 : (double) nanosOf(region) / elapsedNanos;
    }

    /**
     * The whole time.
     *
     * @return the time from the opening of the meter
     */
    public Duration elapsed() {
        return Duration.ofNanos(elapsedNanos);
    }

    /**
     * The ledger of two stretches of time together.
     *
     * @param other the other stretch
     * @return the sum, region by region
     * @throws ArithmeticException if the sum exceeds 292 years
     */
    public Ledger plus(Ledger other) {
        Map<Region, Long> sum = new EnumMap<>(nanos);
        other.nanos.forEach((region, part) -> sum.merge(region, part, Math::addExact));
        return new Ledger(sum, Math.addExact(elapsedNanos, other.elapsedNanos));
    }

    private long nanosOf(Region region) {
        return nanos.getOrDefault(Objects.requireNonNull(region, "region is null"), 0L);
    }
}
