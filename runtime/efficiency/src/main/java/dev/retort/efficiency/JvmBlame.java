package dev.retort.efficiency;

import dev.retort.efficiency.Intervals.Interval;
import dev.retort.efficiency.jvm.JvmEvents;
import dev.retort.efficiency.jvm.JvmEvents.Kind;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;

/**
 * Lays what the JVM did over the time line of a run. Overlapping intervals count once.
 *
 * <p>Thread-safe: told by the recorder's thread, asked by any. {@link #close} must not be called
 * with the lock of the clock held, since the recorder's thread takes it.
 */
final class JvmBlame implements AutoCloseable {
    private final RunClock clock;
    private final TraceLog log;
    private final @Nullable DeviceBlame device;
    private final long begin = System.nanoTime();
    private final JvmEvents events;
    private final Intervals stops = new Intervals();
    private final Intervals collections = new Intervals();
    private final Intervals compilations = new Intervals();
    private long stopped;
    private long collecting;
    private long compiling;
    private long pauses;
    private long worst;
    private long worstStep;
    private long end;
    private boolean closed;

    /**
     * Begins to watch; throws what the flight recorder throws.
     *
     * @param log remembers what was attributed
     * @param device is told what the JVM did, on its own clock; null where no device is timed
     */
    JvmBlame(RunClock clock, TraceLog log, @Nullable DeviceBlame device) {
        this.clock = clock;
        this.log = log;
        this.device = device;
        if (device != null) {
            // Nothing yet, but it is watched.
            device.jvm(begin, begin);
        }
        events = JvmEvents.follow(this::happened);
    }

    void tick() {
        events.tick();
    }

    /** The run ends now: what happens from here on is none of its time. */
    synchronized void end() {
        if (end == 0) {
            end = System.nanoTime();
        }
    }

    /** Ends, and waits for what happened before the end and has not been told yet. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        end();
        events.close();
    }

    synchronized JvmTime time() {
        return new JvmTime(
                Duration.ofNanos((end == 0 ? System.nanoTime() : end) - begin),
                Duration.ofNanos(stopped),
                Duration.ofNanos(collecting),
                Duration.ofNanos(compiling),
                pauses,
                pauses == 0
                        ? Optional.empty()
                        : Optional.of(new JvmTime.Pause(Duration.ofNanos(worst), worstStep)));
    }

    /** Is told what happened, about a second later: by then the run may have ended. */
    void happened(Kind kind, long from, long to) {
        // Only what happened while the run was watched.
        long start = Math.max(from, begin);
        long stop = upToTheEnd(to);
        if (stop <= start) {
            return;
        }
        if (device != null) {
            device.jvm(start, stop);
        }
        switch (kind) {
            case COMPILATION -> {
                synchronized (this) {
                    compiling += added(compilations, start, stop);
                }
            }
            case GC_PAUSE -> {
                synchronized (this) {
                    collecting += added(collections, start, stop);
                }
                stop(start, stop);
            }
            case SAFEPOINT -> stop(start, stop);
        }
    }

    private synchronized long upToTheEnd(long nanoTime) {
        return end == 0 ? nanoTime : Math.min(nanoTime, end);
    }

    private void stop(long from, long to) {
        log.attribute(Bucket.JVM_PAUSE, from, to);
        long step = clock.stepAt(from);
        synchronized (this) {
            long fresh = added(stops, from, to);
            if (fresh == 0) {
                return;
            }
            stopped += fresh;
            // A collector's pause is told before its safepoint, which encloses it.
            pauses += fresh == to - from ? 1 : 0;
            if (to - from > worst) {
                worst = to - from;
                worstStep = step;
            }
        }
    }

    private static long added(Intervals union, long from, long to) {
        return union.add(from, to).stream().mapToLong(Interval::nanos).sum();
    }
}
