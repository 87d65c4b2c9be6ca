package dev.retort.efficiency;

import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/**
 * Where the wall-clock time of a run went: what the loop did, by {@link Region}, and what that was
 * worth, by {@link Bucket}. It always balances: the cells sum to the elapsed time, to the
 * nanosecond, by region and by bucket alike.
 *
 * <p>Immutable.
 *
 * @param cells the nanoseconds by region and bucket; cells without time are left out
 * @param elapsedNanos the nanoseconds of the whole
 */
public record Ledger(Map<Region, Map<Bucket, Long>> cells, long elapsedNanos) {
    /** The share of {@link Bucket#OTHER} above which a ledger explains too little. */
    public static final double OTHER_ALARM = 0.02;

    /**
     * Checks that the ledger balances.
     *
     * @throws IllegalArgumentException if a cell is negative, or if the cells do not sum to the
     *     elapsed time
     */
    public Ledger {
        Objects.requireNonNull(cells, "cells is null");
        Map<Region, Map<Bucket, Long>> copy = new HashMap<>();
        long sum = 0;
        for (Map.Entry<Region, Map<Bucket, Long>> row : cells.entrySet()) {
            Map<Bucket, Long> parts = new EnumMap<>(Bucket.class);
            for (Map.Entry<Bucket, Long> cell : row.getValue().entrySet()) {
                long nanos = cell.getValue();
                if (nanos < 0) {
                    throw new IllegalArgumentException(
                            "%s in %s is negative: %d ns"
                                    .formatted(row.getKey(), cell.getKey(), nanos));
                }
                if (nanos > 0) {
                    sum = Math.addExact(sum, nanos);
                    parts.put(cell.getKey(), nanos);
                }
            }
            if (!parts.isEmpty()) {
                copy.put(row.getKey(), Collections.unmodifiableMap(parts));
            }
        }
        if (sum != elapsedNanos) {
            throw new IllegalArgumentException(
                    "the cells sum to %d ns, but %d ns elapsed".formatted(sum, elapsedNanos));
        }
        cells = Collections.unmodifiableMap(copy);
    }

    /**
     * The ledger of regions that were open one at a time, each in its own bucket.
     *
     * @param nanos the nanoseconds by region
     * @return the ledger
     */
    public static Ledger of(Map<Region, Long> nanos) {
        Map<Region, Map<Bucket, Long>> cells = new HashMap<>();
        nanos.forEach((region, part) -> cells.put(region, Map.of(region.bucket(), part)));
        return new Ledger(cells, nanos.values().stream().mapToLong(Long::longValue).sum());
    }

    /**
     * The time that a region was the innermost.
     *
     * @param region the region
     * @return its time
     */
    public Duration of(Region region) {
        Objects.requireNonNull(region, "region is null");
        return Duration.ofNanos(sum((row, _) -> row == region));
    }

    /**
     * The time of a bucket.
     *
     * @param bucket the bucket
     * @return its time
     */
    public Duration of(Bucket bucket) {
        return Duration.ofNanos(nanos(bucket));
    }

    /**
     * The share of the elapsed time that a region took. The shares of all regions sum to 1, unless
     * no time has elapsed: then every share is 0.
     *
     * @param region the region
     * @return the share, from 0 to 1
     */
    public double share(Region region) {
        return share(of(region).toNanos());
    }

    /**
     * The share of the elapsed time that a bucket holds.
     *
     * @param bucket the bucket
     * @return the share, from 0 to 1
     */
    public double share(Bucket bucket) {
        return share(nanos(bucket));
    }

    /**
     * The strict goodput: the share of the elapsed time in which training went on that survived.
     *
     * @return the share of {@link Bucket#GOOD}, from 0 to 1
     */
    public double goodput() {
        return share(Bucket.GOOD);
    }

    /**
     * Whether the hooks explain too little of the time.
     *
     * @return whether more than {@link #OTHER_ALARM} is in {@link Bucket#OTHER}
     */
    public boolean isOtherAlarming() {
        return share(Bucket.OTHER) > OTHER_ALARM;
    }

    /**
     * The regions that took time, the longest first.
     *
     * @return the regions
     */
    public List<Region> regions() {
        return cells.keySet().stream()
                .sorted(
                        Comparator.comparing((Region region) -> of(region))
                                .reversed()
                                .thenComparing(Region::name))
                .toList();
    }

    /**
     * The whole time.
     *
     * @return the time from the opening of the meter; of a run that was killed and resumed, from
     *     its first opening
     */
    public Duration elapsed() {
        return Duration.ofNanos(elapsedNanos);
    }

    /**
     * The time in which a process was at work on the run: the {@linkplain #elapsed whole time}
     * without {@link Bucket#INFRA_RECOVERY}, in which a run that was killed waited for its next
     * process.
     *
     * @return the time
     */
    public Duration elapsedAtWork() {
        return Duration.ofNanos(elapsedNanos - nanos(Bucket.INFRA_RECOVERY));
    }

    /**
     * The ledger of two stretches of time together, such as those of two ranks.
     *
     * @param other the other stretch
     * @return the sum, cell by cell
     * @throws ArithmeticException if the sum exceeds 292 years
     */
    public Ledger plus(Ledger other) {
        Map<Region, Map<Bucket, Long>> sum = new HashMap<>();
        for (Ledger ledger : List.of(this, other)) {
            ledger.cells.forEach(
                    (region, row) -> {
                        Map<Bucket, Long> into =
                                sum.computeIfAbsent(region, _ -> new EnumMap<>(Bucket.class));
                        row.forEach((bucket, nanos) -> into.merge(bucket, nanos, Math::addExact));
                    });
        }
        return new Ledger(sum, Math.addExact(elapsedNanos, other.elapsedNanos));
    }

    /** The nanoseconds of a bucket. */
    long nanos(Bucket bucket) {
        Objects.requireNonNull(bucket, "bucket is null");
        return sum((_, cell) -> cell == bucket);
    }

    private double share(long nanos) {
        return elapsedNanos == 0 ? 0 : (double) nanos / elapsedNanos;
    }

    private long sum(BiPredicate<Region, Bucket> wanted) {
        long sum = 0;
        for (Map.Entry<Region, Map<Bucket, Long>> row : cells.entrySet()) {
            for (Map.Entry<Bucket, Long> cell : row.getValue().entrySet()) {
                sum += wanted.test(row.getKey(), cell.getKey()) ? cell.getValue() : 0;
            }
        }
        return sum;
    }
}
