package dev.retort.efficiency.figures;

import dev.retort.device.Reading;
import dev.retort.device.sampling.EnergyUsage;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The energy that an item took.
 *
 * @param joules joules per item
 * @param relativeError how far off the energy can be at most, as a share: what the counter can have
 *     missed at both ends, {@code period * largest power / energy}; empty where that is not known
 * @param scope what the energy is that of
 */
public record EnergyPerItem(Reading joules, OptionalDouble relativeError, Scope scope) {
    /** What a counter of energy covers. */
    public enum Scope {
        /** The device alone. */
        GPU,
        /** The device and what is on its module, such as its processor. */
        MODULE,
        /** Processor packages, of all processes. */
        PACKAGE,
        /** The whole machine. */
        NODE
    }

    /** Checks the components. */
    public EnergyPerItem {
        Objects.requireNonNull(joules, "joules is null");
        Objects.requireNonNull(relativeError, "relativeError is null");
        Objects.requireNonNull(scope, "scope is null");
    }

    /**
     * Divides the energy of whole steps by their items.
     *
     * @param joules the energy
     * @param items the items of the same time
     * @param counterPeriod how often the counter changes, measured; zero if not known
     * @param largestWatts the largest power that the device can draw; not a number if not known
     * @param scope what the counter covers
     * @return the energy per item
     */
    public static EnergyPerItem of(
            Reading joules, long items, Duration counterPeriod, double largestWatts, Scope scope) {
        if (!(joules instanceof Reading.Measured(double energy, String source, long nanoTime))) {
            return new EnergyPerItem(joules, OptionalDouble.empty(), scope);
        }
        if (items <= 0) {
            return new EnergyPerItem(
                    new Reading.Absent("no items were counted"), OptionalDouble.empty(), scope);
        }
        double missed = counterPeriod.toNanos() * 1e-9 * largestWatts;
        return new EnergyPerItem(
                new Reading.Measured(energy / items, source + " / items", nanoTime),
                missed > 0 && energy > 0
                        ? OptionalDouble.of(missed / energy)
                        : OptionalDouble.empty(),
                scope);
    }

    /**
     * Divides the energy of a sampled window by its items, with the error that the sampler knows.
     *
     * @param usage the energy of the window
     * @param items the items of the same time
     * @return the energy per item
     */
    public static EnergyPerItem of(EnergyUsage usage, long items) {
        Scope scope =
                switch (usage.scope()) {
                    case PACKAGES -> Scope.PACKAGE;
                    case BOARD -> Scope.GPU;
                    case MODULE -> Scope.MODULE;
                };
        EnergyPerItem perItem = of(usage.joules(), items, Duration.ZERO, Double.NaN, scope);
        OptionalDouble bound = usage.errorBoundJoules().ifMeasured();
        OptionalDouble joules = usage.joules().ifMeasured();
        boolean known =
                perItem.joules().ifMeasured().isPresent()
                        && bound.isPresent()
                        && joules.orElse(0) > 0;
        return new EnergyPerItem(
                perItem.joules(),
                known
                        ? OptionalDouble.of(bound.getAsDouble() / joules.getAsDouble())
                        : OptionalDouble.empty(),
                scope);
    }

    /**
     * The part of the energy that training drew above an idle machine.
     *
     * @param joules the energy
     * @param idleWatts the power of the idle machine, measured
     * @param time the time of the energy
     * @return the dynamic energy in joules; absent if the energy is
     */
    public static Reading dynamicJoules(Reading joules, double idleWatts, Duration time) {
        return switch (joules) {
            case Reading.Absent absent -> absent;
            case Reading.Measured(double energy, String source, long nanoTime) ->
                    new Reading.Measured(
                            energy - idleWatts * time.toNanos() * 1e-9,
                            source + " - idle power * time",
                            nanoTime);
        };
    }
}
