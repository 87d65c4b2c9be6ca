package dev.retort.device.sampling;

import dev.retort.device.counters.Series;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * A subscriber's queue of samples and events. The sampler puts in what it has, never waits, and
 * counts what finds no room; the subscriber takes out when it likes.
 *
 * <p>One thread at a time takes out. Any thread may close.
 */
public final class Subscription implements AutoCloseable {
    private static final VarHandle PUT;
    private static final VarHandle TAKEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PUT = lookup.findVarHandle(Subscription.class, "put", long.class);
            TAKEN = lookup.findVarHandle(Subscription.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Sampler sampler;
    private final @Nullable Object[] subjects;
    private final long[] nanoTimes;
    private final double[] values;
    private long put;
    private long taken;
    private volatile long dropped;
    private volatile @Nullable Thread waiting;
    private volatile boolean closed;

    Subscription(Sampler sampler, int capacity) {
        if (capacity < 1 || capacity > 1 << 20) {
            throw new IllegalArgumentException(
                    "the capacity must be from 1 to %d, was %d".formatted(1 << 20, capacity));
        }
        this.sampler = sampler;
        this.subjects = new @Nullable Object[capacity];
        this.nanoTimes = new long[capacity];
        this.values = new double[capacity];
    }

    /** What takes samples and events out of a subscription. */
    public interface Listener {
        /**
         * A sample.
         *
         * @param series what was sampled
         * @param nanoTime when
         * @param value its value in the counter's unit, or NaN when it has none
         */
        void sample(Series series, long nanoTime, double value);

        /**
         * An event.
         *
         * @param event what happened
         */
        void event(SamplerEvent event);
    }

    /**
     * Takes out all that is there.
     *
     * @param listener gets it, in order, on the calling thread
     * @return how much it was
     */
    public int drain(Listener listener) {
        Objects.requireNonNull(listener, "listener is null");
        long end = (long) PUT.getAcquire(this);
        int count = (int) (end - taken);
        while (taken < end) {
            int slot = (int) (taken % subjects.length);
            Object subject = subjects[slot];
            long nanoTime = nanoTimes[slot];
            double value = values[slot];
            subjects[slot] = null;
            TAKEN.setRelease(this, taken + 1);
            switch (subject) {
                case Series series -> listener.sample(series, nanoTime, value);
                case SamplerEvent event -> listener.event(event);
                case null, default -> throw new AssertionError("an empty slot was published");
            }
        }
        return count;
    }

    /**
     * Waits until there is something to take out, this is closed, or the thread is interrupted.
     *
     * @param longest how long at most
     * @return whether there is something
     */
    public boolean await(Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        waiting = Thread.currentThread();
        try {
            while (isEmpty() && !closed && !Thread.currentThread().isInterrupted()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            waiting = null;
        }
        return !isEmpty();
    }

    private boolean isEmpty() {
        return (long) PUT.getAcquire(this) == taken;
    }

    /** {@return how many samples and events found no room} */
    public long dropped() {
        return dropped;
    }

    /** Ends the subscription; what is in the queue can still be taken out. */
    @Override
    public void close() {
        closed = true;
        sampler.forget(this);
        wake();
    }

    /** Puts in, or counts; the sampling thread alone. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    void offer(Object subject, long nanoTime, double value) {
        if (put - (long) TAKEN.getAcquire(this) == subjects.length) {
            dropped++;
            return;
        }
        int slot = (int) (put % subjects.length);
        subjects[slot] = subject;
        nanoTimes[slot] = nanoTime;
        values[slot] = value;
        PUT.setRelease(this, put + 1);
    }

    /** Wakes a thread that waits; at the end of a tick, so at most once per tick. */
    void wake() {
        Thread thread = waiting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
