package dev.retort.efficiency.export;

import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunFollower;
import dev.retort.efficiency.RunMeter;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Hands the figures of a run to destinations, once per interval and at the end of the run, on a
 * daemon thread of its own. The training is never waited for and never waits, but for its end,
 * which waits up to 5 s for the last figures.
 *
 * <p>A destination that fails is an {@link Anomaly#EXPORT_FAILED} of the run, is logged the first
 * time, and gets the next interval as well. While a destination is slow, intervals are dropped and
 * are each an {@link Anomaly#EXPORT_DROPPED}; the next one covers their time.
 *
 * <p>It stops with the run: nobody needs to close it. Thread-safe.
 */
public final class RunExport implements RunFollower {
    private static final System.Logger LOG = System.getLogger(RunExport.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RunMeter meter;
    private final long everyNanos;
    private final IntervalReader reader;
    private final List<Outlet> outlets;
    private final ScheduledThreadPoolExecutor thread;
    private final Future<?> ticking;
    private final Map<Anomaly, Long> anomalies = new EnumMap<>(Anomaly.class);

    // Confined to the thread.
    private long lastNanoTime = System.nanoTime();
    private boolean ended;

    RunExport(ExportOptions options) {
        meter = options.meter();
        everyNanos = options.every().toNanos();
        reader = new IntervalReader(options);
        outlets = options.destinations().stream().map(Outlet::new).toList();
        thread =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> Thread.ofPlatform().daemon().name("retort-export").unstarted(task));
        // At once, so that whoever looks finds figures, and what cannot be opened is known.
        flush();
        ticking =
                thread.scheduleWithFixedDelay(
                        this::tick, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
        meter.follow(this);
    }

    /** A destination, and whether it is open. */
    private final class Outlet {
        private final Destination destination;
        private boolean open;
        private boolean warned;

        Outlet(Destination destination) {
            this.destination = destination;
        }

        void open(RunAccount account) {
            if (!open) {
                attempt(
                        () -> {
                            destination.open(account);
                            open = true;
                        });
            }
        }

        void accept(Interval interval) {
            open(interval.account());
            if (open) {
                attempt(() -> destination.accept(interval));
            }
        }

        void close() {
            if (open) {
                attempt(destination::close);
            }
        }

        private void attempt(Action action) {
            try {
                action.run();
            } catch (Exception | LinkageError e) {
                count(Anomaly.EXPORT_FAILED, 1);
                if (!warned) {
                    warned = true;
                    LOG.log(Level.WARNING, "No figures go to " + destination.name() + ": " + e);
                }
            }
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    /**
     * Exports what happened up to now, before the interval has passed.
     *
     * @return whether all destinations have been asked to take it within 5 s
     */
    public boolean flush() {
        return await(() -> export(false));
    }

    /** Ends the export early, while the run goes on. Waits, 5 s at most, for the last figures. */
    public void stop() {
        ticking.cancel(false);
        await(this::end);
        thread.shutdown();
    }

    @Override
    public void ended() {
        stop();
    }

    @Override
    public Map<Anomaly, Long> anomalies() {
        synchronized (anomalies) {
            return Map.copyOf(anomalies);
        }
    }

    private void count(Anomaly anomaly, long times) {
        synchronized (anomalies) {
            anomalies.merge(anomaly, times, Long::sum);
        }
    }

    private boolean await(Runnable task) {
        try {
            Future<?> done = thread.submit(task);
            done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            // What is under way goes on, on a daemon thread.
            return false;
        } catch (ExecutionException e) {
            count(Anomaly.EXPORT_FAILED, 1);
            LOG.log(Level.WARNING, "The figures of a run could not be exported", e.getCause());
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    /** Must not throw: a schedule that throws ends. */
    private void tick() {
        try {
            // A run that ends meanwhile tells so, and its last interval is exported then.
            export(false);
        } catch (RuntimeException | LinkageError e) {
            count(Anomaly.EXPORT_FAILED, 1);
            LOG.log(Level.WARNING, "The figures of a run could not be exported", e);
        }
    }

    private void end() {
        if (!ended) {
            export(true);
            ended = true;
            outlets.forEach(Outlet::close);
        }
    }

    private void export(boolean last) {
        if (ended || (!last && meter.snapshot().outcome() != Outcome.RUNNING)) {
            return;
        }
        long now = System.nanoTime();
        long missed = (now - lastNanoTime) / everyNanos - 1;
        lastNanoTime = now;
        // The delay between two intervals is everyNanos; a busy machine may make it some longer.
        if (missed > 0) {
            count(Anomaly.EXPORT_DROPPED, missed);
        }
        Interval interval = reader.next(last, cpuTime());
        outlets.forEach(outlet -> outlet.accept(interval));
    }

    private static Duration cpuTime() {
        return Duration.ofNanos(
                Math.max(0, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
    }
}
