package dev.retort.efficiency.figures;

import dev.retort.efficiency.StoredRun;

import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What an hour of a device costs, over time.
 *
 * <p>Immutable.
 */
public final class PriceTable {
    private final Currency currency;
    private final NavigableMap<Instant, Double> perHour;

    private PriceTable(Currency currency, NavigableMap<Instant, Double> perHour) {
        this.currency = currency;
        this.perHour = perHour;
    }

    /**
     * A table without prices.
     *
     * @param currency the currency of all its prices
     * @return the table
     */
    public static PriceTable in(Currency currency) {
        return new PriceTable(
                Objects.requireNonNull(currency, "currency is null"), new TreeMap<>());
    }

    /**
     * The table with a price.
     *
     * @param from when it begins to hold; it does until the next one begins
     * @param perDeviceHour the price of an hour of one device, not negative
     * @return the table
     */
    public PriceTable from(Instant from, double perDeviceHour) {
        if (!(perDeviceHour >= 0) || perDeviceHour == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "expected a price that is not negative, found " + perDeviceHour);
        }
        NavigableMap<Instant, Double> copy = new TreeMap<>(perHour);
        copy.put(from, perDeviceHour);
        return new PriceTable(currency, copy);
    }

    /**
     * The currency.
     *
     * @return that of all prices and costs
     */
    public Currency currency() {
        return currency;
    }

    /**
     * The cost of devices over all attempts at a run. What lies between two attempts is not
     * counted; add it where the devices were kept meanwhile.
     *
     * @param devices the devices that were allocated, at least 0
     * @param stretches when they were, such as {@link StoredRun#stretches}
     * @return the cost, or empty if no price holds at one of the begins
     */
    public OptionalDouble cost(int devices, List<StoredRun.Stretch> stretches) {
        double sum = 0;
        for (StoredRun.Stretch stretch : stretches) {
            OptionalDouble cost = cost(devices, stretch.begin(), stretch.end());
            if (cost.isEmpty()) {
                return cost;
            }
            sum += cost.getAsDouble();
        }
        return OptionalDouble.of(sum);
    }

    /**
     * The cost of devices over time: the integral of the price.
     *
     * @param devices the devices that were allocated, at least 0
     * @param begin when they were allocated
     * @param end when they were given back; not before the begin
     * @return the cost, or empty if no price holds at the begin
     */
    public OptionalDouble cost(int devices, Instant begin, Instant end) {
        if (devices < 0 || end.isBefore(begin)) {
            throw new IllegalArgumentException(
                    "expected devices over a time, found %d from %s to %s"
                            .formatted(devices, begin, end));
        }
        if (perHour.floorKey(begin) == null) {
            return OptionalDouble.empty();
        }
        double cost = 0;
        Instant at = begin;
        while (at.isBefore(end)) {
            Map.Entry<Instant, Double> price =
                    Objects.requireNonNull(perHour.floorEntry(at), "no price holds");
            Instant next = perHour.higherKey(at);
            Instant until = next == null || next.isAfter(end) ? end : next;
            cost += devices * price.getValue() * Duration.between(at, until).toNanos() / 3.6e12;
            at = until;
        }
        return OptionalDouble.of(cost);
    }
}
