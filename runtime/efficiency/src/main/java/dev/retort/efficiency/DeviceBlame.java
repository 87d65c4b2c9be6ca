package dev.retort.efficiency;

import dev.retort.device.gpu.Stream;
import dev.retort.efficiency.Intervals.Interval;
import dev.retort.efficiency.device.StreamTimer;
import dev.retort.efficiency.device.StreamTimer.Settled;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Has regions timed on streams of devices, unites the streams, and lays the time in which the
 * devices were idle over the time line of the run and over what the JVM did.
 *
 * <p>Thread-safe. {@link #poll}, {@link #time} and {@link #close} must not be called with the lock
 * of the clock held.
 */
final class DeviceBlame implements AutoCloseable {
    /** What puts work into streams. Of the others the device would only seem to be busy. */
    private static final Set<Bucket> TIMED =
            EnumSet.of(
                    Bucket.PENDING,
                    Bucket.EVALUATION,
                    Bucket.PROGRAM_STARTUP,
                    Bucket.COPY_STALL,
                    Bucket.COMM_STALL,
                    Bucket.CUSTOM);

    /** Events are no finer: a shorter gap between regions is none. */
    private static final long SHORTEST_GAP_NANOS = 1000;

    private static final int INTERVALS_KEPT = 1 << 15;

    /** The stretches that may wait for one that began before them. */
    static final int MOST_UNSETTLED = 1 << 14;

    private final RunClock clock;
    private final StreamTimer[] timers;

    /** Held while the driver is asked; the hooks never take it. */
    private final Object polling = new Object();

    // Guarded by it.
    private final List<Interval> unsettled = new ArrayList<>();
    private final long[] byRegion = new long[Region.LIMIT];
    private final long[] idleByRegion = new long[Region.LIMIT];
    private long settled;
    private long known;
    private long busy;
    private long unknown;
    private long readingNanos;
    private boolean closed;

    // Guarded by jvm: the recorder tells what the JVM did at any time.
    private final Intervals jvm = new Intervals(INTERVALS_KEPT);
    private final Intervals idle = new Intervals(INTERVALS_KEPT);
    private long idleNanos;
    private long idleInJvm;
    private boolean jvmWatched;

    /**
     * Makes the events.
     *
     * @param clock the clock of the run
     * @param streams the streams, at least one
     * @param capacity the regions of each that can wait to be read
     * @param nanoClock the time line of the clock
     */
    DeviceBlame(RunClock clock, List<Stream> streams, int capacity, LongSupplier nanoClock) {
        this.clock = clock;
        timers =
                streams.stream()
                        .map(stream -> StreamTimer.of(stream, capacity, nanoClock))
                        .toArray(StreamTimer[]::new);
        settled = nanoClock.getAsLong();
    }

    void begin(Region region) {
        if (region != null && isTimed(region)) {
            for (StreamTimer timer : timers) {
                timer.begin(region.index());
            }
        }
    }

    void end(Region region) {
        if (region != null && isTimed(region)) {
            for (StreamTimer timer : timers) {
                timer.end(region.index());
            }
        }
    }

    private static boolean isTimed(Region region) {
        return TIMED.contains(region.bucket());
    }

    /** The JVM stood still or compiled. */
    void jvm(long from, long to) {
        synchronized (jvm) {
            jvmWatched = true;
            for (Interval fresh : jvm.add(from, to)) {
                idleInJvm += idle.overlap(fresh.from(), fresh.to());
            }
        }
    }

    /** Reads what the devices have done. */
    void poll() {
        synchronized (polling) {
            if (closed) {
                return;
            }
            long begun = System.nanoTime();
            long until = Long.MAX_VALUE;
            boolean complete = true;
            for (StreamTimer timer : timers) {
                Optional<Settled> now = timer.poll(this::done);
                complete &= now.isPresent() && now.get().complete();
                until = Math.min(until, now.map(Settled::until).orElse(Long.MAX_VALUE));
            }
            if (unsettled.size() > MOST_UNSETTLED) {
                // A region that is never ended must not pile up all that follows.
                until = unsettled.getLast().to();
                complete = false;
            }
            if (until < Long.MAX_VALUE) {
                settle(until, complete);
            }
            readingNanos += System.nanoTime() - begun;
        }
    }

    private void done(int key, long from, long to) {
        byRegion[key] += to - from;
        if (to > settled) {
            unsettled.add(new Interval(Math.max(settled, from), to));
        }
    }

    /** Divides the time up to a moment into busy, idle and unknown time. */
    private void settle(long until, boolean complete) {
        if (until <= settled) {
            return;
        }
        unsettled.sort(Comparator.comparingLong(Interval::from));
        List<Interval> later = new ArrayList<>();
        long at = settled;
        for (Interval one : unsettled) {
            if (one.from() >= until) {
                later.add(one);
                continue;
            }
            long from = one.from();
            if (from - at >= SHORTEST_GAP_NANOS) {
                gap(at, from, complete);
            } else {
                busy += Math.max(0, from - at);
            }
            at = Math.max(at, from);
            long to = Math.min(one.to(), until);
            busy += Math.max(0, to - at);
            at = Math.max(at, to);
            if (one.to() > until) {
                later.add(new Interval(until, one.to()));
            }
        }
        gap(at, until, complete);
        known += until - settled;
        settled = until;
        unsettled.clear();
        unsettled.addAll(later);
    }

    private void gap(long from, long to, boolean complete) {
        if (to <= from) {
            return;
        }
        if (!complete) {
            unknown += to - from;
            return;
        }
        clock.visit(from, to, (_, nanos, cell, _) -> idleByRegion[Cells.row(cell)] += nanos);
        synchronized (jvm) {
            for (Interval fresh : idle.add(from, to)) {
                idleNanos += fresh.nanos();
                idleInJvm += jvm.overlap(fresh.from(), fresh.to());
            }
        }
    }

    /** The regions that were not timed, once per stream. */
    long untimed() {
        return reasons().values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<String, Long> reasons() {
        Map<String, Long> reasons = new LinkedHashMap<>();
        for (StreamTimer timer : timers) {
            timer.untimed().forEach((why, count) -> reasons.merge(why, count, Long::sum));
        }
        return reasons;
    }

    /** What is known by now. */
    DeviceTime time() {
        synchronized (polling) {
            poll();
            long timedRegions = 0;
            long error = 0;
            List<String> devices = new ArrayList<>();
            for (StreamTimer timer : timers) {
                timedRegions += timer.timed();
                error = Math.max(error, timer.timed() == 0 ? 0 : timer.clockErrorNanos());
                devices.add(timer.device());
            }
            synchronized (jvm) {
                return new DeviceTime(
                        devices,
                        Duration.ofNanos(known),
                        Duration.ofNanos(busy),
                        Duration.ofNanos(idleNanos),
                        Duration.ofNanos(unknown),
                        durations(byRegion),
                        durations(idleByRegion),
                        jvmWatched ? Optional.of(Duration.ofNanos(idleInJvm)) : Optional.empty(),
                        timedRegions,
                        reasons(),
                        timedRegions == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(error)),
                        Duration.ofNanos(readingNanos));
            }
        }
    }

    private static Map<Region, Duration> durations(long[] nanos) {
        Map<Region, Duration> durations = new HashMap<>();
        for (int row = 0; row < nanos.length; row++) {
            if (nanos[row] > 0) {
                durations.put(Region.at(row), Duration.ofNanos(nanos[row]));
            }
        }
        return durations;
    }

    /** Reads once more, without waiting for what is not done, and gives the events back. */
    @Override
    public void close() {
        synchronized (polling) {
            poll();
            closed = true;
            for (StreamTimer timer : timers) {
                timer.close();
            }
        }
    }
}
