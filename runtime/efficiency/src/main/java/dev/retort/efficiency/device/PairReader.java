package dev.retort.efficiency.device;

import dev.retort.device.gpu.Event;

import org.jspecify.annotations.Nullable;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Reads pairs of events whose end has happened, and places them on the host's clock. Confined to
 * who polls, but for {@link #look} and {@link #release}, which need the timer's lock.
 */
final class PairReader {
    /** No moment. */
    static final long NONE = Long.MAX_VALUE;

    private final EventPairs pairs;
    private final LongSupplier nanoClock;
    private final Predicate<RuntimeException> failed;
    private final ClockTie tie = new ClockTie();

    /** Where the pairs that were read lie on the device's time line, in nanoseconds. */
    private final double[] from;

    private final double[] to;

    /**
     * From when on there may have been untimed work before a pair that was read, or {@link #NONE}.
     */
    private final long[] untimedFrom;

    // The latest event that was read: from it the next is measured, since the driver tells times
    // as floats, exact to the nanosecond over milliseconds but not over hours.
    private @Nullable Event reference;
    private double referencePosition;
    private long referenceOrder;

    // What look() has seen.
    private long tail;
    private long oldestOpen;
    private long gaps;
    private boolean untimedOpen;

    private long read;
    private long timed;

    /** From when on there may be work that is not timed, up to now; or {@link #NONE}. */
    private long blindFrom = NONE;

    /**
     * @param pairs what is read
     * @param nanoClock the host's clock
     * @param failed is told what reading a pair ended with; whether to read on
     */
    PairReader(EventPairs pairs, LongSupplier nanoClock, Predicate<RuntimeException> failed) {
        this.pairs = pairs;
        this.nanoClock = nanoClock;
        this.failed = failed;
        from = new double[pairs.capacity()];
        to = new double[pairs.capacity()];
        untimedFrom = new long[pairs.capacity()];
    }

    /** Takes an event that was recorded before all pairs for the origin of the device's time. */
    void origin(Event event, long nanoTime) {
        reference = event;
        tie.saw(0, nanoTime, Long.MAX_VALUE);
    }

    /**
     * Sees what there is to read.
     *
     * @param open the pairs that were begun and not ended, or -1 for what is not timed
     * @param depth how many they are
     * @param gapsNow the begins and ends so far of what was not timed
     * @param gapFrom when the first of them was since the last look, or {@link #NONE}
     */
    void look(int[] open, int depth, long gapsNow, long gapFrom) {
        read = pairs.head();
        blindFrom = Math.min(blindFrom, gapFrom);
        tail = pairs.tail();
        gaps = gapsNow;
        oldestOpen = Long.MAX_VALUE;
        untimedOpen = false;
        for (int i = 0; i < depth; i++) {
            if (open[i] < 0) {
                untimedOpen = true;
            } else {
                oldestOpen = Math.min(oldestOpen, pairs.beginTime(open[i]));
            }
        }
    }

    /** Reads the pairs whose end has happened, and tells of them. */
    void read(StreamTimer.Sink sink) {
        long head = read;
        // In a stream the last is done last, and then there is nothing more to ask.
        boolean all = head < tail && hasEnded(pairs.waiting(tail - 1));
        boolean goOn = true;
        while (goOn && read < tail) {
            int pair = pairs.waiting(read);
            from[pair] = Double.NaN;
            try {
                if (!all && !hasEnded(pair)) {
                    break;
                }
                place(pair);
            } catch (RuntimeException e) {
                blindFrom = Math.min(blindFrom, pairs.beginTime(pair));
                goOn = failed.test(e);
            }
            read++;
        }
        tell(head, sink);
    }

    private boolean hasEnded(int pair) {
        long before = nanoClock.getAsLong();
        boolean ended = pairs.end(pair).finished();
        if (!ended) {
            pairs.notEndedAt(pair, before);
        }
        return ended;
    }

    private void place(int pair) {
        Event origin = reference;
        if (origin == null) {
            throw new IllegalStateException("no origin was set");
        }
        Event start = pairs.start(pair);
        double nanos = 1e6 * pairs.end(pair).millisecondsSince(start);
        // Never a negative time: a stretch begins before those inside it, which are read earlier.
        double begin =
                pairs.beginOrder(pair) > referenceOrder
                        ? referencePosition + 1e6 * start.millisecondsSince(origin)
                        : referencePosition - 1e6 * origin.millisecondsSince(start);
        long now = nanoClock.getAsLong();
        tie.saw(begin, pairs.beginTime(pair), now);
        tie.saw(begin + nanos, pairs.endTime(pair), now);
        from[pair] = begin;
        to[pair] = begin + nanos;
        reference = pairs.swapEnd(pair, origin);
        referencePosition = begin + nanos;
        referenceOrder = pairs.endOrder(pair);
        untimedFrom[pair] = NONE;
        if (!untimedOpen && pairs.gapsBefore(pair) == gaps) {
            // Whatever was not timed before its start is done.
            untimedFrom[pair] = blindFrom;
            blindFrom = NONE;
        }
        timed++;
    }

    private void tell(long head, StreamTimer.Sink sink) {
        long now = nanoClock.getAsLong();
        for (long at = head; at < read; at++) {
            int pair = pairs.waiting(at);
            if (!Double.isNaN(from[pair])) {
                double origin = tie.origin();
                long begin = Math.max(pairs.beginTime(pair), Math.round(origin + from[pair]));
                long end = Math.min(now, Math.round(origin + to[pair]));
                if (untimedFrom[pair] < begin) {
                    sink.untimed(untimedFrom[pair], begin);
                }
                sink.done(pairs.key(pair), begin, Math.max(begin, end));
            }
        }
    }

    /** Frees what was read. */
    void release() {
        pairs.moveHead(read);
    }

    /** How far everything is known that was there at the look, which was after the given moment. */
    StreamTimer.Settled settled(long now) {
        long until = Math.min(now, oldestOpen);
        for (long at = read; at < tail; at++) {
            until = Math.min(until, pairs.beginTime(pairs.waiting(at)));
        }
        return new StreamTimer.Settled(until, blindFrom);
    }

    long timed() {
        return timed;
    }

    OptionalLong clockErrorNanos() {
        return tie.errorNanos();
    }

    /** Gives the reference back. */
    void close() {
        Event last = reference;
        if (last != null) {
            last.close();
        }
    }
}
