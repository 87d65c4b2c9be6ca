package dev.retort.efficiency;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a pair of {@link Region} and {@link Bucket} is a position in an array, and a name in a
 * journal. Positions hold within a JVM, names everywhere.
 */
final class Cells {
    private static final int ROW = 32;
    private static final Bucket[] BUCKETS = Bucket.values();

    /** The number of positions. */
    static final int COUNT = Region.LIMIT * ROW;

    /** Where time is booked when no region is open. */
    static final int NONE = of(Region.OTHER, Bucket.OTHER);

    private Cells() {}

    @SuppressWarnings("EnumOrdinal") // A position, stored by its name only.
    static int of(Region region, Bucket bucket) {
        return region.index() * ROW + bucket.ordinal();
    }

    static Region region(int cell) {
        return Region.at(cell / ROW);
    }

    static int row(int cell) {
        return cell / ROW;
    }

    static Bucket bucket(int cell) {
        return BUCKETS[cell % ROW];
    }

    /** The position of the same region in another bucket. */
    @SuppressWarnings("EnumOrdinal") // As above.
    static int inBucket(int cell, Bucket bucket) {
        return cell - cell % ROW + bucket.ordinal();
    }

    /** The cells that are not zero, by name, such as {@code FORWARD/PENDING}. */
    static Map<String, Long> named(long[] cells) {
        Map<String, Long> named = new TreeMap<>();
        for (int cell = 0; cell < cells.length; cell++) {
            if (cells[cell] != 0) {
                named.put(region(cell).name() + "/" + bucket(cell), cells[cell]);
            }
        }
        return named;
    }

    /**
     * The cells of the given names.
     *
     * @throws IllegalArgumentException if a name is none of a cell
     */
    static long[] of(Map<String, Long> named) {
        long[] cells = new long[COUNT];
        named.forEach(
                (name, nanos) -> {
                    int slash = name.lastIndexOf('/');
                    if (slash < 1) {
                        throw new IllegalArgumentException(
                                "expected a cell such as FORWARD/PENDING, found " + name);
                    }
                    Region region = Region.named(name.substring(0, slash));
                    cells[of(region, Bucket.valueOf(name.substring(slash + 1)))] += nanos;
                });
        return cells;
    }

    /** The ledger of the given cells. */
    static Ledger ledger(long[] cells, long elapsed) {
        Map<Region, Map<Bucket, Long>> rows = new HashMap<>();
        for (int cell = 0; cell < cells.length; cell++) {
            if (cells[cell] != 0) {
                rows.computeIfAbsent(region(cell), _ -> new EnumMap<>(Bucket.class))
                        .put(bucket(cell), cells[cell]);
            }
        }
        return new Ledger(rows, elapsed);
    }

    /** Rows that are not zero, by the name of the region. */
    static Map<String, Long> namedRows(long[] rows) {
        Map<String, Long> named = new TreeMap<>();
        for (int row = 0; row < rows.length; row++) {
            if (rows[row] != 0) {
                named.put(Region.at(row).name(), rows[row]);
            }
        }
        return named;
    }

    /** The rows of the given names. */
    static long[] rows(Map<String, Long> named) {
        long[] rows = new long[Region.LIMIT];
        named.forEach((name, nanos) -> rows[Region.named(name).index()] += nanos);
        return rows;
    }
}
