package dev.retort.efficiency.device;

import dev.retort.cuda.CudaException;
import dev.retort.device.gpu.Event;
import dev.retort.device.gpu.Stream;

import java.util.ArrayList;
import java.util.List;

/**
 * The events of a stream, made beforehand: pairs that are free, and a ring of those that wait to be
 * read, in the order of their ends. Guarded by the lock of the timer that owns it, but for what
 * lies between the head and a tail that was read under the lock: that is the reader's until it
 * moves the head on.
 */
final class EventPairs implements AutoCloseable {
    private final List<Event> starts = new ArrayList<>();
    private final List<Event> ends = new ArrayList<>();
    private final int[] keys;
    private final long[] beginTimes;
    private final long[] endTimes;
    private final long[] beginOrder;
    private final long[] endOrder;
    private final long[] gapsBefore;
    private final int[] free;
    private final int[] waiting;
    private int freeCount;
    private long head;
    private long tail;

    /** The events that were recorded so far, which orders them: a stream keeps the order. */
    private long recorded;

    EventPairs(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "expected room for at least 1 region, found " + capacity);
        }
        keys = new int[capacity];
        beginTimes = new long[capacity];
        endTimes = new long[capacity];
        beginOrder = new long[capacity];
        endOrder = new long[capacity];
        gapsBefore = new long[capacity];
        free = new int[capacity];
        waiting = new int[capacity];
    }

    /** Makes the events. Those of a failed attempt are closed with the rest. */
    void fill(Stream stream) {
        for (int pair = 0; pair < keys.length; pair++) {
            starts.add(stream.context().createEvent());
            ends.add(stream.context().createEvent());
            giveBack(pair);
        }
    }

    int capacity() {
        return keys.length;
    }

    /** A free pair, or -1. */
    int take() {
        return freeCount == 0 ? -1 : free[--freeCount];
    }

    void giveBack(int pair) {
        free[freeCount++] = pair;
    }

    /** The start of a pair was recorded. */
    void begun(int pair, int key, long nanoTime, long gaps) {
        keys[pair] = key;
        beginTimes[pair] = nanoTime;
        beginOrder[pair] = ++recorded;
        gapsBefore[pair] = gaps;
    }

    /** The end of a pair was recorded, and it waits to be read. */
    void ended(int pair, long nanoTime) {
        endTimes[pair] = nanoTime;
        endOrder[pair] = ++recorded;
        waiting[(int) (tail++ % waiting.length)] = pair;
    }

    long head() {
        return head;
    }

    long tail() {
        return tail;
    }

    /** Frees what was read. */
    void moveHead(long to) {
        while (head < to) {
            giveBack(waiting(head++));
        }
    }

    int waiting(long at) {
        return waiting[(int) (at % waiting.length)];
    }

    Event start(int pair) {
        return starts.get(pair);
    }

    Event end(int pair) {
        return ends.get(pair);
    }

    /** Takes the end event of a pair that was read, for another one. */
    Event swapEnd(int pair, Event other) {
        return ends.set(pair, other);
    }

    int key(int pair) {
        return keys[pair];
    }

    /** A time of the host at which the start had not happened. */
    long beginTime(int pair) {
        return beginTimes[pair];
    }

    /** A time of the host at which the end had not happened; the reader may find a later one. */
    long endTime(int pair) {
        return endTimes[pair];
    }

    void notEndedAt(int pair, long nanoTime) {
        endTimes[pair] = nanoTime;
    }

    long beginOrder(int pair) {
        return beginOrder[pair];
    }

    long endOrder(int pair) {
        return endOrder[pair];
    }

    /** How many borders of stretches that were not timed lay before the start. */
    long gapsBefore(int pair) {
        return gapsBefore[pair];
    }

    /** Destroys all events, also if the driver refuses one. */
    @Override
    public void close() {
        CudaException refused = null;
        for (List<Event> events : List.of(starts, ends)) {
            for (Event event : events) {
                try {
                    event.close();
                } catch (CudaException e) {
                    refused = e;
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
    }
}
