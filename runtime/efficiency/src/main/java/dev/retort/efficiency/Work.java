package dev.retort.efficiency;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * What training did: counts of one stretch of it. Immutable.
 *
 * @param steps optimiser steps that were finished
 * @param items the items of those steps, such as samples, in whatever unit the run counts
 * @param tokens the tokens of those steps, 0 where the run counts none
 * @param stepNanos the time of those steps in nanoseconds, as {@link StepTimes} takes it
 * @param modelFlops the floating-point operations that the model needs, by data type, without any
 *     that are repeated to save memory
 * @param hardwareFlops the operations that were done, repeated ones included; at least those of the
 *     model
 */
public record Work(
        long steps,
        long items,
        long tokens,
        long stepNanos,
        Map<Precision, Double> modelFlops,
        Map<Precision, Double> hardwareFlops) {
    /** No work. */
    public static final Work NONE = new Work(0, 0, 0, 0, Map.of(), Map.of());

    /** Checks and copies the components; operations that are none are left out. */
    public Work {
        if (steps < 0 || items < 0 || tokens < 0 || stepNanos < 0) {
            throw new IllegalArgumentException(
                    "a count cannot be negative: %d steps, %d items, %d tokens, %d ns"
                            .formatted(steps, items, tokens, stepNanos));
        }
        modelFlops = copy(modelFlops);
        hardwareFlops = copy(hardwareFlops);
    }

    /**
     * The work of two stretches.
     *
     * @param other the other stretch
     * @return the sum
     */
    public Work plus(Work other) {
        return combine(other, Work::saturatedSum, Double::sum);
    }

    /**
     * The work of a stretch without that of a part of it.
     *
     * @param part the part
     * @return the difference, nowhere below 0
     */
    public Work minus(Work part) {
        return combine(part, (a, b) -> Math.max(0, a - b), (a, b) -> Math.max(0, a - b));
    }

    /** The sum, or the largest number where it is larger. */
    static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private Work combine(Work other, LongBinaryOperator longs, DoubleBinaryOperator doubles) {
        return new Work(
                longs.applyAsLong(steps, other.steps),
                longs.applyAsLong(items, other.items),
                longs.applyAsLong(tokens, other.tokens),
                longs.applyAsLong(stepNanos, other.stepNanos),
                combine(modelFlops, other.modelFlops, doubles),
                combine(hardwareFlops, other.hardwareFlops, doubles));
    }

    private static Map<Precision, Double> combine(
            Map<Precision, Double> one, Map<Precision, Double> other, DoubleBinaryOperator by) {
        Map<Precision, Double> combined = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            combined.put(
                    precision,
                    by.applyAsDouble(
                            one.getOrDefault(precision, 0.0), other.getOrDefault(precision, 0.0)));
        }
        return combined;
    }

    private static Map<Precision, Double> copy(Map<Precision, Double> flops) {
        Map<Precision, Double> copy = new EnumMap<>(Precision.class);
        flops.forEach(
                (precision, count) -> {
                    if (!(count >= 0) || count == Double.POSITIVE_INFINITY) {
                        throw new IllegalArgumentException(
                                "expected a finite number of operations, found %s %s"
                                        .formatted(count, precision));
                    }
                    if (count > 0) {
                        copy.put(precision, count);
                    }
                });
        return Collections.unmodifiableMap(copy);
    }
}
