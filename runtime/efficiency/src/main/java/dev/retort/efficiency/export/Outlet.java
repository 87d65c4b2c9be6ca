package dev.retort.efficiency.export;

import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.RunAccount;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * One destination of an export, with a daemon thread of its own: however long it takes, it holds
 * back nobody else. At most one interval waits for it; a further one is joined to that, so that the
 * destination gets all of the time, in fewer and longer intervals, and memory stays bounded.
 *
 * <p>Thread-safe.
 */
final class Outlet {
    private static final System.Logger LOG = System.getLogger(Outlet.class.getName());

    private final Destination destination;
    private final String name;
    private final Consumer<Anomaly> count;
    private final Thread thread;

    // Guarded by this.
    private @Nullable Interval waiting;
    private boolean busy;
    private long busySince;
    private boolean closing;
    private boolean closed;
    private long dropped;
    private long failed;

    // Confined to the thread.
    private boolean open;
    private boolean warnedOfFailure;

    /** Guarded by this. */
    private boolean warnedOfDelay;

    /**
     * Starts a thread that waits for intervals.
     *
     * @param destination the destination, which belongs to this from now on
     * @param name what tells it from the others of its export
     * @param count is told what goes wrong, each time
     */
    Outlet(Destination destination, String name, Consumer<Anomaly> count) {
        this.destination = destination;
        this.name = name;
        this.count = count;
        thread = Thread.ofPlatform().daemon().name("retort-export to " + name).unstarted(this::run);
    }

    /** Begins to wait for intervals. */
    void start() {
        thread.start();
    }

    /** Whose CPU time is its cost. */
    long threadId() {
        return thread.threadId();
    }

    /** Hands over an interval, without waiting for anything. */
    void offer(Interval interval) {
        synchronized (this) {
            Interval before = waiting;
            if (before == null) {
                waiting = interval;
                notifyAll();
                return;
            }
            waiting = before.followedBy(interval);
            dropped++;
            if (!warnedOfDelay) {
                warnedOfDelay = true;
                LOG.log(
                        Level.WARNING,
                        "%s is slow or hangs: it gets fewer and longer intervals, which is not told again"
                                .formatted(name));
            }
        }
        count.accept(Anomaly.EXPORT_DROPPED);
    }

    /** Has the destination closed once it has taken what waits for it. */
    synchronized void end() {
        closing = true;
        notifyAll();
    }

    /**
     * Waits until the destination has been asked to take all that was offered, and is closed if
     * that was asked for.
     *
     * @param deadline when to give up, by {@link System#nanoTime}
     * @return whether it has
     */
    synchronized boolean await(long deadline) throws InterruptedException {
        while (closing ? !closed : busy || waiting != null) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    /** How it stands. */
    synchronized ExportHealth.Target health() {
        return new ExportHealth.Target(
                name, failed, dropped, busy ? (System.nanoTime() - busySince) * 1e-9 : 0);
    }

    private void run() {
        for (Interval next = take(); next != null; next = take()) {
            accept(next);
        }
        if (open) {
            attempt(destination::close);
        }
        synchronized (this) {
            busy = false;
            closed = true;
            notifyAll();
        }
    }

    /** The next interval, or null after the last one. */
    private synchronized @Nullable Interval take() {
        busy = false;
        notifyAll();
        while (waiting == null && !closing) {
            try {
                wait();
            } catch (InterruptedException _) {
                // By the destination, of whose business nothing is left: this goes on.
            }
        }
        Interval next = waiting;
        waiting = null;
        busy = true;
        busySince = System.nanoTime();
        return next;
    }

    private void accept(Interval interval) {
        RunAccount account = interval.account();
        if (!open) {
            attempt(
                    () -> {
                        destination.open(account);
                        open = true;
                    });
        }
        if (open) {
            attempt(() -> destination.accept(interval));
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private void attempt(Action action) {
        try {
            action.run();
        } catch (Throwable e) {
            // An error, too, is the destination's own: the others go on.
            synchronized (this) {
                failed++;
            }
            count.accept(Anomaly.EXPORT_FAILED);
            if (!warnedOfFailure) {
                warnedOfFailure = true;
                LOG.log(
                        Level.WARNING,
                        "Figures could not be exported to %s, which is tried again and not told again: %s"
                                .formatted(name, e));
            }
        }
    }
}
