package dev.retort.device.sampling;

import dev.retort.device.counters.Counter;
import dev.retort.device.counters.Tier;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How a sampler samples. Immutable; {@link #defaults()} is what most want, and each {@code with}
 * method returns a changed copy.
 */
public final class SamplerOptions {
    /** Below this the sampler would become the load that it measures. */
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);

    /** Above this the energy counter of a large processor could turn around between two ticks. */
    private static final Duration LONGEST_PERIOD = Duration.ofMinutes(1);

    private static final Duration LONGEST_RETENTION = Duration.ofHours(24);

    private static final SamplerOptions DEFAULTS =
            new SamplerOptions(
                    new EnumMap<>(
                            Map.of(
                                    Tier.FAST, Duration.ofMillis(250),
                                    Tier.MEDIUM, Duration.ofSeconds(1),
                                    Tier.SLOW, Duration.ofSeconds(10))),
                    new EnumMap<>(Counter.class),
                    EnumSet.noneOf(Counter.class),
                    Duration.ofMinutes(10),
                    0.01,
                    0.05,
                    true);

    private final EnumMap<Tier, Duration> periods;
    private final EnumMap<Counter, Tier> tiers;
    private final EnumSet<Counter> left;
    private final Duration retention;
    private final double cpuShareLimit;
    private final double driverShareLimit;
    private final boolean measuresEnergyPeriod;

    private SamplerOptions(
            EnumMap<Tier, Duration> periods,
            EnumMap<Counter, Tier> tiers,
            EnumSet<Counter> left,
            Duration retention,
            double cpuShareLimit,
            double driverShareLimit,
            boolean measuresEnergyPeriod) {
        this.periods = periods;
        this.tiers = tiers;
        this.left = left;
        this.retention = retention;
        this.cpuShareLimit = cpuShareLimit;
        this.driverShareLimit = driverShareLimit;
        this.measuresEnergyPeriod = measuresEnergyPeriod;
    }

    /**
     * Every 250 ms what is fast, every second what is less so, every 10 s what hardly changes; the
     * samples of 10 minutes; limits of 1 % of a core and of 5 % of the time inside of drivers.
     *
     * @return the defaults
     */
    public static SamplerOptions defaults() {
        return DEFAULTS;
    }

    /**
     * With another period.
     *
     * @param tier of which counters
     * @param period the time from one sample to the next, from 1 ms to 1 min
     * @return the changed options
     * @throws IllegalArgumentException if the period is out of range
     */
    public SamplerOptions withPeriod(Tier tier, Duration period) {
        if (period.compareTo(SHORTEST_PERIOD) < 0 || period.compareTo(LONGEST_PERIOD) > 0) {
            throw new IllegalArgumentException(
                    "the period must be from %s to %s, was %s"
                            .formatted(SHORTEST_PERIOD, LONGEST_PERIOD, period));
        }
        EnumMap<Tier, Duration> changed = new EnumMap<>(periods);
        changed.put(tier, period);
        return new SamplerOptions(
                changed,
                tiers,
                left,
                retention,
                cpuShareLimit,
                driverShareLimit,
                measuresEnergyPeriod);
    }

    /**
     * With another rate for one counter. Counters that the same call reads are read together, at
     * the rate of the fastest of them.
     *
     * @param counter the counter
     * @param tier its tier
     * @return the changed options
     */
    public SamplerOptions withTier(Counter counter, Tier tier) {
        EnumMap<Counter, Tier> changed = new EnumMap<>(tiers);
        changed.put(counter, tier);
        return new SamplerOptions(
                periods,
                changed,
                left,
                retention,
                cpuShareLimit,
                driverShareLimit,
                measuresEnergyPeriod);
    }

    /**
     * Without some counters. What no remaining counter needs is not asked for.
     *
     * @param counters the counters to leave out
     * @return the changed options
     */
    public SamplerOptions without(Set<Counter> counters) {
        EnumSet<Counter> changed = EnumSet.copyOf(left);
        changed.addAll(counters);
        return new SamplerOptions(
                periods,
                tiers,
                changed,
                retention,
                cpuShareLimit,
                driverShareLimit,
                measuresEnergyPeriod);
    }

    /**
     * With another memory.
     *
     * @param duration how far back samples are kept, up to 24 h; 16 bytes each
     * @return the changed options
     */
    public SamplerOptions withRetention(Duration duration) {
        if (duration.isNegative()
                || duration.isZero()
                || duration.compareTo(LONGEST_RETENTION) > 0) {
            throw new IllegalArgumentException(
                    "the retention must be above 0 and up to %s, was %s"
                            .formatted(LONGEST_RETENTION, duration));
        }
        return new SamplerOptions(
                periods,
                tiers,
                left,
                duration,
                cpuShareLimit,
                driverShareLimit,
                measuresEnergyPeriod);
    }

    /**
     * With other limits, above which the sampler takes its samples further apart.
     *
     * @param ofOneCore the sampler's CPU time as share of one core, above 0
     * @param insideDrivers the time inside of drivers as share of all time, above 0
     * @return the changed options
     */
    public SamplerOptions withLimits(double ofOneCore, double insideDrivers) {
        if (!(ofOneCore > 0) || !(insideDrivers > 0)) {
            throw new IllegalArgumentException(
                    "a limit must be above 0, were %s and %s".formatted(ofOneCore, insideDrivers));
        }
        return new SamplerOptions(
                periods, tiers, left, retention, ofOneCore, insideDrivers, measuresEnergyPeriod);
    }

    /**
     * With or without measuring, at the start, how often the energy counters of GPUs move. It takes
     * up to 0.3 s of the sampler's time per GPU; without it the error of energies is unknown.
     *
     * @param measured whether it is measured
     * @return the changed options
     */
    public SamplerOptions withEnergyPeriodMeasured(boolean measured) {
        return new SamplerOptions(
                periods, tiers, left, retention, cpuShareLimit, driverShareLimit, measured);
    }

    /**
     * The period of a tier.
     *
     * @param tier the tier
     * @return the time from one sample to the next
     */
    public Duration period(Tier tier) {
        return Objects.requireNonNull(periods.get(tier), "every tier has a period");
    }

    /**
     * The tier of a counter.
     *
     * @param counter the counter
     * @return its own, unless it was given another
     */
    public Tier tier(Counter counter) {
        return tiers.getOrDefault(counter, counter.tier());
    }

    /**
     * Whether a counter is sampled.
     *
     * @param counter the counter
     * @return false for one that was left out
     */
    public boolean samples(Counter counter) {
        return !left.contains(counter);
    }

    /** {@return how far back samples are kept} */
    public Duration retention() {
        return retention;
    }

    /** {@return the most CPU time, as share of one core} */
    public double cpuShareLimit() {
        return cpuShareLimit;
    }

    /** {@return the most time inside of drivers, as share of all time} */
    public double driverShareLimit() {
        return driverShareLimit;
    }

    /** {@return whether the periods of energy counters are measured at the start} */
    public boolean measuresEnergyPeriod() {
        return measuresEnergyPeriod;
    }
}
