package dev.retort.efficiency;

import org.jspecify.annotations.Nullable;

/**
 * The regions that are open, and the cell that their time belongs to: the innermost region, and the
 * first bucket of all. Guarded by the lock of the clock that owns it; allocates nothing.
 */
final class RegionStack {
    /** The regions that can be open at once. A training loop nests three or four. */
    static final int DEPTH = 16;

    private final AnomalyCounts anomalies;
    private final Region[] regions = new Region[DEPTH];
    private final int[] cells = new int[DEPTH];

    /** Who opened what is open. Kept after the last region is closed, but means nothing then. */
    private @Nullable Thread owner;

    private int depth;

    /** The regions begun while the stack was full and not ended yet. */
    private long overflow;

    RegionStack(AnomalyCounts anomalies) {
        this.anomalies = anomalies;
    }

    /** The cell of the time that passes now. */
    int cell() {
        return depth == 0 ? Cells.NONE : cells[depth - 1];
    }

    /** Whether the region is open now. */
    boolean begin(Region region) {
        if (!admits(region)) {
            return false;
        }
        if (depth == DEPTH) {
            overflow++;
            anomalies.count(Anomaly.STACK_OVERFLOW);
            return false;
        }
        owner = Thread.currentThread();
        Bucket bucket = region.bucket();
        if (depth > 0) {
            Bucket around = Cells.bucket(cells[depth - 1]);
            if (around.coversInner() && around.compareTo(bucket) < 0) {
                bucket = around;
            }
        }
        regions[depth] = region;
        cells[depth++] = Cells.of(region, bucket);
        return true;
    }

    /** Whether the region was open. */
    boolean end(Region region) {
        if (!admits(region)) {
            return false;
        }
        if (overflow > 0) {
            overflow--;
            return false;
        }
        int open = depth - 1;
        while (open >= 0 && regions[open] != region) {
            open--;
        }
        if (open < 0 || open < depth - 1) {
            anomalies.count(Anomaly.UNBALANCED_END);
        }
        if (open >= 0) {
            depth = open;
        }
        return open >= 0;
    }

    /** Counts what is open as an anomaly, and closes it. */
    void finish() {
        anomalies.add(Anomaly.OPEN_AT_FINISH, depth + overflow);
        depth = 0;
        overflow = 0;
    }

    /** Java without NullAway may well pass null, and even that must not end a training run. */
    private boolean admits(Region region) {
        if (region == null) {
            anomalies.count(Anomaly.NULL_REGION);
            return false;
        }
        if (depth > 0 && Thread.currentThread() != owner) {
            anomalies.count(Anomaly.WRONG_THREAD);
            return false;
        }
        return true;
    }
}
