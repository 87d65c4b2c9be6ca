package dev.retort.efficiency.device;

import dev.retort.cuda.CudaException;
import dev.retort.cuda.DeviceLostException;
import dev.retort.cuda.NotSupportedException;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Event;
import dev.retort.device.gpu.Stream;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Times stretches of work on one stream by pairs of events. {@link #begin} and {@link #end} put an
 * event into the stream and return; {@link #poll} asks later, from another thread, which pairs have
 * happened. None of them waits for the device, and the first two allocate nothing.
 *
 * <p>Never throws what a driver reports: a stretch that cannot be timed is counted with its reason,
 * and a stream that cannot be timed any more is left alone.
 *
 * <p>Thread-safe, but for {@link #poll} and what tells of it, which one thread at a time calls. It
 * holds no lock while it asks the driver.
 */
public final class StreamTimer implements AutoCloseable {
    /** The stretches that can be open at once, as many as a meter's regions. */
    private static final int DEPTH = 16;

    /** From so many failures in a row on the driver is left alone. */
    private static final int MOST_FAILURES = 8;

    private final Stream stream;
    private final LongSupplier nanoClock;
    private final EventPairs pairs;
    private final PairReader reader;

    // The rest is guarded by this.
    private final int[] openPairs = new int[DEPTH];
    private final int[] openKeys = new int[DEPTH];
    private int depth;
    private long tooDeep;
    private long full;
    private long captured;
    private long failed;
    private int failuresInARow;
    private @Nullable String failure;
    private boolean stopped;
    private boolean closed;

    /** The begins and ends of stretches that were not timed. */
    private long gaps;

    /** When the first of them was since the last poll. */
    private long gapFrom = PairReader.NONE;

    /** Takes stretches whose work is done. */
    public interface Sink {
        /**
         * A stretch.
         *
         * @param key what it was begun with
         * @param from when the device came to its begin, on the host's clock in nanoseconds
         * @param to when the device came to its end
         */
        void done(int key, long from, long to);

        /**
         * A time in which there may have been work that was not timed.
         *
         * @param from when it may have begun, on the host's clock in nanoseconds
         * @param to when the device was done with all of it
         */
        void untimed(long from, long to);
    }

    /**
     * How far the stream is known after a poll.
     *
     * @param until the moment up to which every stretch has been told
     * @param untimedFrom the moment from which on there may be work in a stretch that was not timed
     *     and may not be done; {@link Long#MAX_VALUE} if there is none
     */
    public record Settled(long until, long untimedFrom) {}

    private StreamTimer(Stream stream, int capacity, LongSupplier nanoClock) {
        this.stream = stream;
        this.nanoClock = nanoClock;
        pairs = new EventPairs(capacity);
        reader = new PairReader(pairs, nanoClock, this::unread);
    }

    /**
     * Makes a timer. Where the driver refuses, it times nothing and says why.
     *
     * @param stream the stream; stays the caller's
     * @param capacity the stretches that can be begun and not be read yet, at least 1
     * @param nanoClock the host's clock
     * @return the timer, to be closed by the caller
     */
    public static StreamTimer of(Stream stream, int capacity, LongSupplier nanoClock) {
        StreamTimer timer = new StreamTimer(stream, capacity, nanoClock);
        try {
            Event origin = stream.context().createEvent();
            long now = nanoClock.getAsLong();
            timer.reader.origin(origin, now);
            stream.record(origin);
            timer.pairs.fill(stream);
        } catch (RuntimeException e) {
            timer.failure = reason(e);
            timer.stopped = true;
        }
        return timer;
    }

    /**
     * The device of the stream.
     *
     * @return its name; that of a simulated one says so
     */
    public String device() {
        return stream.context().device().name();
    }

    /**
     * Begins a stretch, inside those that are open.
     *
     * @param key is told with it
     */
    public synchronized void begin(int key) {
        if (closed) {
            return;
        }
        if (depth == DEPTH) {
            tooDeep++;
            full++;
            gap(nanoClock.getAsLong());
            return;
        }
        openKeys[depth] = key;
        openPairs[depth++] = start(key);
    }

    /**
     * Ends a stretch and those inside it. One that is not open is passed over.
     *
     * @param key what it was begun with
     */
    public synchronized void end(int key) {
        if (tooDeep > 0) {
            tooDeep--;
            gap(nanoClock.getAsLong());
            return;
        }
        int open = depth - 1;
        while (open >= 0 && openKeys[open] != key) {
            open--;
        }
        while (open >= 0 && depth > open) {
            end(depth - 1, openPairs[--depth]);
        }
    }

    /** The pair that was started, or -1. */
    private int start(int key) {
        if (stream.capturing()) {
            // An event would become a part of the graph; what is captured does no work now.
            captured++;
            return -1;
        }
        int pair = -1;
        if (stopped) {
            failed++;
        } else {
            pair = pairs.take();
            full += pair < 0 ? 1 : 0;
        }
        long now = nanoClock.getAsLong();
        if (pair >= 0) {
            if (record(pairs.start(pair))) {
                pairs.begun(pair, key, now, gaps);
                return pair;
            }
            pairs.giveBack(pair);
        }
        gap(now);
        return -1;
    }

    private void end(int at, int pair) {
        long now = nanoClock.getAsLong();
        if (pair >= 0 && !stopped && record(pairs.end(pair))) {
            pairs.ended(pair, now);
            return;
        }
        gap(pair >= 0 ? pairs.beginTime(pair) : now);
        if (pair >= 0) {
            pairs.giveBack(pair);
        }
        openPairs[at] = -1;
    }

    /** A stretch that is not timed begins or ends; its work is not before the given moment. */
    private void gap(long since) {
        gaps++;
        gapFrom = Math.min(gapFrom, since);
    }

    /**
     * Reads what has happened since the last poll.
     *
     * @param sink is told
     * @return how far the stream is known now, or empty once it cannot be timed any more
     */
    public Optional<Settled> poll(Sink sink) {
        long now = nanoClock.getAsLong();
        synchronized (this) {
            if (stopped) {
                return Optional.empty();
            }
            reader.look(openPairs, depth, gaps, gapFrom);
            gapFrom = PairReader.NONE;
        }
        try (DeviceContext.Scope _ = stream.context().enter()) {
            reader.read(sink);
        } catch (RuntimeException e) {
            unread(e);
        }
        synchronized (this) {
            reader.release();
            return stopped ? Optional.empty() : Optional.of(reader.settled(now));
        }
    }

    /**
     * The stretches that were timed.
     *
     * @return their number so far
     */
    public long timed() {
        return reader.timed();
    }

    /**
     * How far what was told may lie too early on the host's clock.
     *
     * @return nanoseconds, empty before the first stretch
     */
    public OptionalLong clockErrorNanos() {
        return reader.clockErrorNanos();
    }

    /**
     * The stretches that were not timed.
     *
     * @return their numbers by the reason
     */
    public synchronized Map<String, Long> untimed() {
        Map<String, Long> reasons = new LinkedHashMap<>();
        if (full > 0) {
            reasons.put("more than %d waited to be read".formatted(pairs.capacity()), full);
        }
        if (captured > 0) {
            reasons.put("the stream was being captured", captured);
        }
        if (failed > 0) {
            reasons.put(String.valueOf(failure), failed);
        }
        return reasons;
    }

    private boolean record(Event event) {
        try {
            stream.record(event);
            failuresInARow = 0;
            return true;
        } catch (RuntimeException e) {
            fail(e);
            return false;
        }
    }

    /** A pair could not be read. Whether the next may be tried. */
    private synchronized boolean unread(RuntimeException e) {
        gaps++;
        fail(e);
        return !stopped;
    }

    private void fail(RuntimeException e) {
        failed++;
        failuresInARow++;
        failure = reason(e);
        boolean forGood =
                e instanceof DeviceLostException
                        || e instanceof NotSupportedException
                        || !(e instanceof CudaException);
        stopped |= forGood || failuresInARow >= MOST_FAILURES;
    }

    private static String reason(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /**
     * Destroys the events; the stream works on. Not while another thread polls. A second call does
     * nothing.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            stopped = true;
            depth = 0;
        }
        try {
            pairs.close();
            reader.close();
        } catch (CudaException e) {
            synchronized (this) {
                fail(e);
            }
        }
    }
}
