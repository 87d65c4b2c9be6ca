package dev.retort.efficiency;

import dev.retort.device.gpu.Stream;
import dev.retort.efficiency.Intervals.Interval;
import dev.retort.efficiency.device.StreamTimer;
import dev.retort.efficiency.device.StreamTimer.Settled;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

    /** Where there may have been work that was not timed. */
    private final Intervals untimed = new Intervals(INTERVALS_KEPT);

    /** How far each stream was known when last asked. */
    private final long[] reached;

    private final long[] byRegion = new long[Region.LIMIT];
    private final long[] idleByRegion = new long[Region.LIMIT];
    private long settled;
    private long known;
    private long busy;
    private long unknown;
    private long readingNanos;
    private boolean closed;
    private final StreamTimer.Sink sink = new Told();

    // Guarded by jvm: the recorder tells what the JVM did at any time.
    private final Intervals jvm = new Intervals(INTERVALS_KEPT);
    private final Intervals idle = new Intervals(INTERVALS_KEPT);
    private final long[] idleInJvmByRegion = new long[Region.LIMIT];
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
        reached = new long[timers.length];
        Arrays.fill(reached, settled);
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
        List<Interval> both = new ArrayList<>();
        synchronized (jvm) {
            jvmWatched = true;
            for (Interval fresh : jvm.add(from, to)) {
                both.addAll(idle.overlaps(fresh.from(), fresh.to()));
            }
            blameJvm(both);
        }
    }

    /** Adds times in which the device was idle and the JVM held it up. */
    private void blameJvm(List<Interval> both) {
        for (Interval one : both) {
            idleInJvm += one.nanos();
            lay(one, idleInJvmByRegion);
        }
    }

    /** Adds a time to the regions that the host was in. */
    private void lay(Interval time, long[] regions) {
        clock.visit(
                time.from(), time.to(), (_, nanos, cell, _) -> regions[Cells.row(cell)] += nanos);
    }

    /** Reads what the devices have done. */
    void poll() {
        synchronized (polling) {
            if (closed) {
                return;
            }
            long begun = System.nanoTime();
            long until = Long.MAX_VALUE;
            long blindFrom = Long.MAX_VALUE;
            for (int i = 0; i < timers.length; i++) {
                Optional<Settled> now = timers[i].poll(sink);
                if (now.isPresent()) {
                    reached[i] = now.get().until();
                    until = Math.min(until, reached[i]);
                    blindFrom = Math.min(blindFrom, now.get().untimedFrom());
                } else {
                    // It is not timed any more.
                    blindFrom = Math.min(blindFrom, reached[i]);
                }
            }
            if (unsettled.size() > MOST_UNSETTLED) {
                // A region that is never ended must not pile up all that follows.
                until = unsettled.getLast().to();
                blindFrom = Math.min(blindFrom, settled);
            }
            if (until < Long.MAX_VALUE) {
                if (blindFrom < until) {
                    untimed.add(Math.max(blindFrom, settled), until);
                }
                settle(until);
            }
            readingNanos += System.nanoTime() - begun;
        }
    }

    /** Takes what the streams tell; guarded by polling. */
    private final class Told implements StreamTimer.Sink {
        @Override
        public void done(int key, long from, long to) {
            byRegion[key] += to - from;
            if (to > settled) {
                unsettled.add(new Interval(Math.max(settled, from), to));
            }
        }

        @Override
        public void untimed(long from, long to) {
            untimed.add(Math.max(settled, from), to);
        }
    }

    /** Divides the time up to a moment into busy, idle and unknown time. */
    private void settle(long until) {
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
                gap(at, from);
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
        gap(at, until);
        known += until - settled;
        settled = until;
        unsettled.clear();
        unsettled.addAll(later);
    }

    /** A time in which no stream was within a timed region. */
    private void gap(long from, long to) {
        long at = from;
        for (Interval hole : untimed.overlaps(from, to)) {
            idle(at, hole.from());
            unknown += hole.nanos();
            at = hole.to();
        }
        idle(at, to);
    }

    private void idle(long from, long to) {
        if (to <= from) {
            return;
        }
        lay(new Interval(from, to), idleByRegion);
        synchronized (jvm) {
            List<Interval> both = new ArrayList<>();
            for (Interval fresh : idle.add(from, to)) {
                idleNanos += fresh.nanos();
                both.addAll(jvm.overlaps(fresh.from(), fresh.to()));
            }
            blameJvm(both);
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
            Optional<Duration> error = Optional.of(Duration.ZERO);
            List<String> devices = new ArrayList<>();
            for (StreamTimer timer : timers) {
                timedRegions += timer.timed();
                error = larger(error, timer.clockErrorNanos());
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
                        durations(idleInJvmByRegion),
                        timedRegions,
                        reasons(),
                        error,
                        Duration.ofNanos(readingNanos));
            }
        }
    }

    /** The larger of two errors, or none if one of them is not known. */
    private static Optional<Duration> larger(Optional<Duration> error, OptionalLong nanos) {
        return nanos.isEmpty()
                ? Optional.empty()
                : error.map(
                        other -> Duration.ofNanos(Math.max(other.toNanos(), nanos.getAsLong())));
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
