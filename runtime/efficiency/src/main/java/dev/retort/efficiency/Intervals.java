package dev.retort.efficiency;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The union of intervals of time. Not thread-safe.
 *
 * <p>Forgets the earliest when there are many, so intervals are to be added about in order.
 */
final class Intervals {
    private static final int LIMIT = 4096;

    private final int limit;

    /** Ends by starts; no two touch. */
    private final TreeMap<Long, Long> union = new TreeMap<>();

    Intervals() {
        this(LIMIT);
    }

    /** Keeps at most so many intervals that do not touch. */
    Intervals(int limit) {
        this.limit = limit;
    }

    /** A stretch of time, {@code to} excluded. */
    record Interval(long from, long to) {
        long nanos() {
            return to - from;
        }
    }

    /** Adds an interval and returns the parts of it that were not covered before, in order. */
    List<Interval> add(long from, long to) {
        List<Interval> fresh = new ArrayList<>();
        if (to <= from) {
            return fresh;
        }
        long start = from;
        long end = to;
        long uncovered = from;
        Map.Entry<Long, Long> before = union.floorEntry(from);
        Map.Entry<Long, Long> next =
                before != null && before.getValue() >= from ? before : union.higherEntry(from);
        while (next != null && next.getKey() <= to) {
            if (next.getKey() > uncovered) {
                fresh.add(new Interval(uncovered, next.getKey()));
            }
            uncovered = Math.max(uncovered, next.getValue());
            start = Math.min(start, next.getKey());
            end = Math.max(end, next.getValue());
            union.remove(next.getKey());
            next = union.higherEntry(next.getKey());
        }
        if (uncovered < to) {
            fresh.add(new Interval(uncovered, to));
        }
        union.put(start, end);
        if (union.size() > limit) {
            union.pollFirstEntry();
        }
        return fresh;
    }

    /** The parts of an interval that are covered, in order. */
    List<Interval> overlaps(long from, long to) {
        List<Interval> covered = new ArrayList<>();
        Long first = union.floorKey(from);
        for (Map.Entry<Long, Long> one :
                union.tailMap(first == null ? from : first, true).entrySet()) {
            if (one.getKey() >= to) {
                break;
            }
            Interval part =
                    new Interval(Math.max(from, one.getKey()), Math.min(to, one.getValue()));
            if (part.nanos() > 0) {
                covered.add(part);
            }
        }
        return covered;
    }
}
