package dev.retort.experiment.schedule;

import dev.retort.experiment.store.EventStore;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Time that passes only when nothing is left to do: a day of scheduling takes a moment, and the
 * same each time. What other threads ask for is waited for through the store, before time passes.
 */
final class VirtualTime implements Time {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final ConcurrentLinkedQueue<Runnable> now = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> later = new PriorityQueue<>();

    /** Whether what an action writes is part of the state that the next one sees, each time. */
    boolean oneByOne;

    boolean asideStandsStill;

    private final Queue<Runnable> heldBack = new ArrayDeque<>();
    private long nanos;
    private long jumpMillis;
    private long order;

    @Override
    public synchronized Instant now() {
        return BEGIN.plusNanos(nanos).plusMillis(jumpMillis);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public void execute(Runnable action) {
        now.add(action);
    }

    @Override
    public synchronized void after(Duration delay, Runnable action) {
        later.add(new Timer(nanos + Math.max(0, delay.toNanos()), order++, action));
    }

    /** At once, unless a test has the thread for that stand still. */
    @Override
    public void aside(Runnable slow) {
        if (asideStandsStill) {
            heldBack.add(slow);
        } else {
            slow.run();
        }
    }

    /** As if what took long were done. */
    void goOnAside() {
        asideStandsStill = false;
        for (Runnable slow = heldBack.poll(); slow != null; slow = heldBack.poll()) {
            slow.run();
        }
    }

    @Override
    public synchronized void stop() {
        // Who is started after this may use it again.
        later.clear();
    }

    /** As if the process had ended: nothing it was about to do is done. */
    synchronized void end() {
        now.clear();
        later.clear();
    }

    /** As if somebody had set the clock of the machine. */
    synchronized void jump(Duration by) {
        jumpMillis += by.toMillis();
    }

    /** Lets time pass until a condition holds, at most for a while; returns whether it holds. */
    boolean runUntil(BooleanSupplier condition, Duration atMost, EventStore... stores) {
        long end = nanos() + atMost.toNanos();
        while (true) {
            settle(stores);
            if (condition.getAsBoolean()) {
                return true;
            }
            Timer next;
            synchronized (this) {
                next = later.peek();
                if (next == null || next.atNanos > end) {
                    nanos = Math.max(nanos, end);
                    return false;
                }
                later.remove(next);
                nanos = Math.max(nanos, next.atNanos);
            }
            next.action.run();
        }
    }

    void run(Duration duration, EventStore... stores) {
        runUntil(() -> false, duration, stores);
    }

    private void settle(EventStore... stores) {
        do {
            for (Runnable action = now.poll(); action != null; action = now.poll()) {
                action.run();
                if (oneByOne) {
                    break;
                }
            }
            for (EventStore store : stores) {
                // Returns after what was asked before, and so after what that posted here.
                store.refresh();
            }
        } while (!now.isEmpty());
    }

    private record Timer(long atNanos, long order, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
