package dev.retort.efficiency.export;

import dev.retort.device.Reading;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunFollower;
import dev.retort.efficiency.RunMeter;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
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
 * are each an {@link Anomaly#EXPORT_DROPPED}, counted by the clock; the next one covers their time.
 * One that hangs holds back the others as well; the figure {@code meter.export.timestamp} tells how
 * old those are that they have.
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

    /** When the interval began that goes on; guarded by the anomalies. */
    private long lastNanoTime = System.nanoTime();

    /** Whether nobody waits for intervals any more; guarded by the anomalies. */
    private boolean stopped;

    // Confined to the thread.
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
            } catch (Throwable e) {
                // An error, too, is the destination's own: the others go on.
                count(Anomaly.EXPORT_FAILED, 1);
                if (!warned) {
                    warned = true;
                    LOG.log(
                            Level.WARNING,
                            "Figures could not be exported to %s, which is tried again and not told again: %s"
                                    .formatted(destination.name(), e));
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
        countDropped(true);
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
            Map<Anomaly, Long> all = new EnumMap<>(Anomaly.class);
            all.putAll(anomalies);
            long dropped = dropped(System.nanoTime());
            if (dropped > 0) {
                all.merge(Anomaly.EXPORT_DROPPED, dropped, Long::sum);
            }
            return Map.copyOf(all);
        }
    }

    /**
     * The whole intervals that have passed since the last one without an export. The delay between
     * two is everyNanos; a busy machine may make it some longer.
     */
    private long dropped(long now) {
        return stopped ? 0 : Math.max(0, (now - lastNanoTime) / everyNanos - 1);
    }

    private void countDropped(boolean last) {
        synchronized (anomalies) {
            long now = System.nanoTime();
            long dropped = dropped(now);
            lastNanoTime = now;
            stopped |= last;
            if (dropped > 0) {
                count(Anomaly.EXPORT_DROPPED, dropped);
            }
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
        } catch (Throwable e) {
            count(Anomaly.EXPORT_FAILED, 1);
            LOG.log(Level.WARNING, "The figures of a run could not be exported", e);
        }
    }

    private void end() {
        if (!ended) {
            try {
                export(true);
            } finally {
                ended = true;
                outlets.forEach(Outlet::close);
            }
        }
    }

    private void export(boolean last) {
        if (ended || (!last && meter.snapshot().outcome() != Outcome.RUNNING)) {
            return;
        }
        countDropped(last);
        Interval interval = reader.next(last, cpuTime());
        outlets.forEach(outlet -> outlet.accept(interval));
    }

    private static Reading cpuTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return cpuTime(
                threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : -1);
    }

    /** The JVM says -1 where it does not measure. */
    static Reading cpuTime(long nanos) {
        return nanos < 0
                ? new Reading.Absent("this JVM does not measure the CPU time of threads")
                : Reading.now(nanos * 1e-9, "ThreadMXBean");
    }
}
