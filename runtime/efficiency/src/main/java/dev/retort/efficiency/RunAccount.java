package dev.retort.efficiency;

import dev.retort.device.sampling.CpuUsage;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What a run did and what it took: the outcome of a {@link RunMeter}. Immutable.
 *
 * @param name the name of the run
 * @param ledger where the wall-clock time went
 * @param steps the optimiser steps that were finished
 * @param items the items of those steps, in whatever unit the run counts; at most {@link
 *     Long#MAX_VALUE}
 * @param cpu what the run cost in CPU time, memory and energy; its wall-clock time is taken around
 *     that of the ledger and slightly longer
 * @param anomalies how often the meter was misused, by kind; a kind that did not occur is missing,
 *     so the map of a clean run is empty
 * @param hookCost what the meter itself cost the run
 */
public record RunAccount(
        String name,
        Ledger ledger,
        long steps,
        long items,
        CpuUsage cpu,
        Map<Anomaly, Long> anomalies,
        HookCost hookCost) {
    /** Checks and copies the components. */
    public RunAccount {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(ledger, "ledger is null");
        Objects.requireNonNull(cpu, "cpu is null");
        Objects.requireNonNull(anomalies, "anomalies is null");
        Objects.requireNonNull(hookCost, "hookCost is null");
        if (steps < 0 || items < 0) {
            throw new IllegalArgumentException(
                    "a count cannot be negative: %d steps, %d items".formatted(steps, items));
        }
        Map<Anomaly, Long> copy = new EnumMap<>(Anomaly.class);
        copy.putAll(anomalies);
        anomalies = Collections.unmodifiableMap(copy);
    }

    /**
     * The throughput of training: the items over the elapsed time without {@link
     * Region#EVALUATION}. Waiting for input and time in no region count, because a run that waits
     * is a slower run.
     *
     * @return the items per second, or empty when no item was counted or no time was spent outside
     *     evaluation
     */
    public OptionalDouble itemsPerSecond() {
        long trainingNanos = ledger.elapsedNanos() - ledger.of(Region.EVALUATION).toNanos();
        return items == 0 || trainingNanos == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(items / (trainingNanos * 1e-9));
    }
}
