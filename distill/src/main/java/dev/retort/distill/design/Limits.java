package dev.retort.distill.design;

import dev.retort.device.Reading;
import dev.retort.distill.InferenceLatency;
import dev.retort.distill.ModelCost;
import dev.retort.efficiency.report.Numbers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a student may take.
 *
 * @param p95 the 95th percentile of the time of a request
 * @param bytes the size of its parameters
 * @param joules the energy of a request
 */
public record Limits(Optional<Duration> p95, OptionalLong bytes, OptionalDouble joules) {
    /** Checks the limits. */
    public Limits {
        p95.ifPresent(
                limit -> require(limit.isPositive(), "a time above 0 ns", limit.toNanos() + " ns"));
        bytes.ifPresent(limit -> require(limit > 0, "a size above 0 bytes", limit));
        joules.ifPresent(limit -> require(limit > 0, "an energy above 0 J", limit));
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "expected %s as a limit, found %s".formatted(expected, found));
        }
    }

    /**
     * The limits that a network breaks.
     *
     * @param cost what it takes
     * @return a few words for each, in which what cannot be measured counts as broken; empty if it
     *     fits
     */
    public List<String> broken(ModelCost cost) {
        List<String> broken = new ArrayList<>();
        p95.ifPresent(
                limit -> {
                    Duration found = ofOneRequest(cost).p95();
                    if (found.compareTo(limit) > 0) {
                        broken.add("p95 above " + Numbers.time(limit.toNanos() / 1e9));
                    }
                });
        bytes.ifPresent(
                limit -> {
                    if (cost.bytes() > limit) {
                        broken.add("size above " + Numbers.bytes(limit));
                    }
                });
        joules.ifPresent(
                limit -> {
                    switch (cost.joules()) {
                        case Reading.Absent(String reason) ->
                                broken.add("energy not known: " + reason);
                        case Reading.Measured(double found, String _, long _) -> {
                            if (found > limit) {
                                broken.add(
                                        String.format(Locale.ROOT, "energy above %.3g J", limit));
                            }
                        }
                    }
                });
        return broken;
    }

    /** The time of a pass of one sample. */
    static InferenceLatency ofOneRequest(ModelCost cost) {
        return cost.latencies().stream()
                .filter(latency -> latency.batch() == 1)
                .findFirst()
                .orElseThrow();
    }
}
