package dev.retort.experiment.metric;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A bounded queue of points for many producers and one consumer that allocates nothing. Each slot
 * has a turn: the number of the point that may be written to it next, or one more once it is there.
 */
final class Ring {
    private final int mask;
    private final AtomicLongArray turns;
    private final AtomicLong tail = new AtomicLong();
    private final int[] series;
    private final long[] steps;
    private final long[] millis;
    private final double[] values;
    private long head;

    /** A ring of a power of two of slots. */
    Ring(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "the capacity is " + capacity + ": expected a power of two");
        }
        mask = capacity - 1;
        turns = new AtomicLongArray(capacity);
        for (int i = 0; i < capacity; i++) {
            turns.setPlain(i, i);
        }
        series = new int[capacity];
        steps = new long[capacity];
        millis = new long[capacity];
        values = new double[capacity];
    }

    /** Adds a point unless the ring is full. */
    boolean offer(int id, long step, long wallMillis, double value) {
        long turn = tail.get();
        while (true) {
            int slot = (int) turn & mask;
            long seen = turns.getAcquire(slot);
            if (seen == turn) {
                if (tail.compareAndSet(turn, turn + 1)) {
                    series[slot] = id;
                    steps[slot] = step;
                    millis[slot] = wallMillis;
                    values[slot] = value;
                    turns.setRelease(slot, turn + 1);
                    return true;
                }
                turn = tail.get();
            } else if (seen < turn) {
                return false;
            } else {
                turn = tail.get();
            }
        }
    }

    /** Moves points to a block until it is full or the ring is empty. */
    void drainTo(Block block) {
        while (!block.isFull()) {
            int slot = (int) head & mask;
            if (turns.getAcquire(slot) != head + 1) {
                return;
            }
            block.add(series[slot], steps[slot], millis[slot], values[slot]);
            turns.setRelease(slot, head + mask + 1);
            head++;
        }
    }

    /** How many points were added. */
    long offered() {
        return tail.get();
    }

    /** How many points were moved on. For the consumer. */
    long drained() {
        return head;
    }
}
