package dev.retort.efficiency;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The hot part of a {@link RunMeter}: a stack of open regions and one bucket of time per region.
 *
 * <p>Every call puts the time since the last one into the bucket of the innermost region, so the
 * buckets sum to the elapsed time by construction. {@code begin}, {@code end} and {@code step}
 * allocate nothing and throw nothing.
 *
 * <p>Confined to the thread that created it. These three calls from another thread are counted and
 * ignored; everything else must be called by the owner.
 */
final class RegionClock {
    /** The regions that can be open at once. A training loop nests three or four. */
    static final int DEPTH = 16;

    private static final int NONE = index(Region.OTHER);

    private final LongSupplier nanoClock;
    private final Thread owner = Thread.currentThread();
    private final long[] nanos = new long[Region.values().length];
    private final long[] anomalies = new long[Anomaly.values().length];
    private final int[] stack = new int[DEPTH];

    /** Not in the array: these calls come from threads that do not own it. */
    private final AtomicLong wrongThread = new AtomicLong();

    private final long start;
    private long last;

    /** The sum of the clock's backward leaps, as a positive number. */
    private long leaptBack;

    private int depth;

    /** The regions begun while the stack was full and not ended yet. */
    private long overflow;

    private int current = NONE;
    private long calls;
    private long steps;
    private long items;
    private boolean finished;

    RegionClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        start = nanoClock.getAsLong();
        last = start;
    }

    void begin(Region region) {
        if (!enter() || isNull(region)) {
            return;
        }
        if (depth == DEPTH) {
            overflow++;
            count(Anomaly.STACK_OVERFLOW);
        } else {
            current = index(region);
            stack[depth++] = current;
        }
    }

    void end(Region region) {
        if (!enter() || isNull(region)) {
            return;
        }
        if (overflow > 0) {
            overflow--;
            return;
        }
        int ended = index(region);
        int open = depth - 1;
        while (open >= 0 && stack[open] != ended) {
            open--;
        }
        if (open < 0 || open < depth - 1) {
            count(Anomaly.UNBALANCED_END);
        }
        if (open >= 0) {
            depth = open;
            current = open == 0 ? NONE : stack[open - 1];
        }
    }

    void step(long stepItems) {
        if (!enter()) {
            return;
        }
        steps++;
        if (stepItems < 0) {
            count(Anomaly.NEGATIVE_ITEMS);
        } else {
            long sum = items + stepItems;
            items = sum < 0 ? Long.MAX_VALUE : sum;
        }
    }

    /** Books the time up to now. */
    void advance() {
        long now = nanoClock.getAsLong();
        long delta = now - last;
        last = now;
        if (delta >= 0) {
            nanos[current] += delta;
        } else {
            leaptBack -= delta;
            count(Anomaly.CLOCK_WENT_BACK);
        }
    }

    /** Books the time up to now, ends what is open and ignores every later call. */
    void finish() {
        advance();
        anomalies[index(Anomaly.OPEN_AT_FINISH)] += depth + overflow;
        finished = true;
    }

    /**
     * Checks the caller of what cannot be ignored because it returns a value.
     *
     * @throws WrongThreadException if the caller is not the owner
     */
    void requireOwner() {
        if (Thread.currentThread() != owner) {
            wrongThread.incrementAndGet();
            throw new WrongThreadException(
                    "the meter belongs to " + owner + ", called by " + Thread.currentThread());
        }
    }

    /** The time booked so far. The elapsed time comes from the clock, not from the buckets. */
    Ledger ledger() {
        Map<Region, Long> parts = new EnumMap<>(Region.class);
        for (Region region : Region.values()) {
            parts.put(region, nanos[index(region)]);
        }
        return new Ledger(parts, last - start + leaptBack);
    }

    /** The anomalies so far; a kind that did not occur is missing. */
    Map<Anomaly, Long> anomalies() {
        Map<Anomaly, Long> occurred = new EnumMap<>(Anomaly.class);
        for (Anomaly anomaly : Anomaly.values()) {
            long count =
                    anomaly == Anomaly.WRONG_THREAD ? wrongThread.get() : anomalies[index(anomaly)];
            if (count > 0) {
                occurred.put(anomaly, count);
            }
        }
        return Collections.unmodifiableMap(occurred);
    }

    long calls() {
        return calls;
    }

    long steps() {
        return steps;
    }

    long items() {
        return items;
    }

    private boolean enter() {
        if (Thread.currentThread() != owner) {
            wrongThread.incrementAndGet();
            return false;
        }
        if (finished) {
            count(Anomaly.AFTER_FINISH);
            return false;
        }
        calls++;
        advance();
        return true;
    }

    /** Java without NullAway may well pass null, and even that must not end a training run. */
    private boolean isNull(Region region) {
        if (region == null) {
            count(Anomaly.NULL_REGION);
            return true;
        }
        return false;
    }

    private void count(Anomaly anomaly) {
        anomalies[index(anomaly)]++;
    }

    @SuppressWarnings("EnumOrdinal") // An index into an array of this object, never stored.
    private static int index(Region region) {
        return region.ordinal();
    }

    @SuppressWarnings("EnumOrdinal") // As above.
    private static int index(Anomaly anomaly) {
        return anomaly.ordinal();
    }
}
