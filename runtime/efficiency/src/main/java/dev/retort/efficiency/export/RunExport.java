package dev.retort.efficiency.export;

import dev.retort.device.Reading;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.RunFollower;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Hands the figures of a run to destinations, once per interval and at the end of the run. A daemon
 * thread reads them, and each destination takes them on a daemon thread of its own. No hook of the
 * training waits for any of them, nor they for it. Whoever starts an export, flushes it or ends it
 * or its run waits for the destinations, up to 5 s each time.
 *
 * <p>A destination that fails is an {@link Anomaly#EXPORT_FAILED} of the run, is logged the first
 * time, and gets the next interval as well. One that is slow, or hangs, holds back no other: an
 * interval that comes while an earlier one still waits for it is joined to that, which is an {@link
 * Anomaly#EXPORT_DROPPED} of the run, and logged the first time. Which destination it is, and for
 * how long it has been at it, is told to the others by the figures {@code meter.export.dropped},
 * {@code meter.export.failed} and {@code meter.export.busy}.
 *
 * <p>It stops with the run: nobody needs to close it. Thread-safe.
 */
public final class RunExport implements RunFollower {
    private static final System.Logger LOG = System.getLogger(RunExport.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RunMeter meter;
    private final IntervalReader reader;
    private final List<Outlet> outlets;
    private final ScheduledThreadPoolExecutor thread;
    private final Future<?> ticking;

    /** The last export, once somebody has ended it. Guarded by this. */
    private @Nullable Future<?> ending;

    /** Guarded by itself. */
    private final Map<Anomaly, Long> anomalies = new EnumMap<>(Anomaly.class);

    // Confined to the thread.
    private boolean ended;

    RunExport(ExportOptions options) {
        meter = options.meter();
        reader = new IntervalReader(options);
        outlets = outlets(options.destinations());
        thread =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> Thread.ofPlatform().daemon().name("retort-export").unstarted(task));
        outlets.forEach(Outlet::start);
        // At once, so that whoever looks finds figures, and what cannot be opened is known.
        flush();
        long nanos = options.every().toNanos();
        ticking = thread.scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
        meter.follow(this);
    }

    private List<Outlet> outlets(List<Destination> destinations) {
        List<Outlet> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Destination destination : destinations) {
            String name = destination.name();
            for (int i = 2; !names.add(name); i++) {
                name = destination.name() + " (" + i + ")";
            }
            all.add(new Outlet(destination, name, this::count));
        }
        return List.copyOf(all);
    }

    /**
     * Exports what happened up to now, before the interval has passed.
     *
     * @return whether all destinations have been asked to take it within 5 s
     */
    public boolean flush() {
        long deadline = deadline();
        try {
            return await(thread.submit(() -> export(false)), deadline) && awaitOutlets(deadline);
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    /**
     * Ends the export early, while the run goes on. Waits, 5 s at most, for the last figures, and
     * so does a second caller.
     */
    public void stop() {
        long deadline = deadline();
        await(ending(), deadline);
        awaitOutlets(deadline);
    }

    private synchronized Future<?> ending() {
        Future<?> known = ending;
        if (known == null) {
            ticking.cancel(false);
            known = thread.submit(this::end);
            ending = known;
            // What was submitted is done all the same.
            thread.shutdown();
        }
        return known;
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

    private void count(Anomaly anomaly) {
        synchronized (anomalies) {
            anomalies.merge(anomaly, 1L, Long::sum);
        }
    }

    private static long deadline() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    private boolean await(Future<?> done, long deadline) {
        try {
            done.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            // What is under way goes on, on a daemon thread.
            return false;
        } catch (ExecutionException e) {
            failed(e.getCause());
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean awaitOutlets(long deadline) {
        try {
            boolean all = true;
            for (Outlet outlet : outlets) {
                all &= outlet.await(deadline);
            }
            return all;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void failed(@Nullable Throwable cause) {
        count(Anomaly.EXPORT_FAILED);
        LOG.log(Level.WARNING, "The figures of a run could not be exported", cause);
    }

    /** Must not throw: a schedule that throws ends. */
    private void tick() {
        try {
            // A run that ends meanwhile tells so, and its last interval is exported then.
            export(false);
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void end() {
        if (!ended) {
            try {
                export(true);
            } catch (Throwable e) {
                // Told once, however many wait for it.
                failed(e);
            } finally {
                ended = true;
                outlets.forEach(Outlet::end);
            }
        }
    }

    private void export(boolean last) {
        if (ended || (!last && meter.snapshot().outcome() != Outcome.RUNNING)) {
            return;
        }
        ExportHealth health =
                new ExportHealth(cpuTime(), outlets.stream().map(Outlet::health).toList());
        Interval interval = reader.next(last, health);
        outlets.forEach(outlet -> outlet.offer(interval));
    }

    /** Of the thread that reads, which asks, and those of the destinations. */
    private Reading cpuTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        if (!threads.isThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled()) {
            return cpuTime(-1);
        }
        long nanos = threads.getCurrentThreadCpuTime();
        for (Outlet outlet : outlets) {
            nanos += Math.max(0, threads.getThreadCpuTime(outlet.threadId()));
        }
        return cpuTime(nanos);
    }

    /** The JVM says -1 where it does not measure. */
    static Reading cpuTime(long nanos) {
        return nanos < 0
                ? new Reading.Absent("this JVM does not measure the CPU time of threads")
                : Reading.now(nanos * 1e-9, "ThreadMXBean");
    }
}
