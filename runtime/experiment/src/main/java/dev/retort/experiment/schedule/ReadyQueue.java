package dev.retort.experiment.schedule;

import dev.retort.experiment.Resources;
import dev.retort.experiment.share.FairShare;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The runs that wait: those that may go, by team and by what they need, and those whose back-off
 * has not passed. Runs that need the same stand in one line, so that however many of them find no
 * room, those that need less are not behind them. Adding and removing take the logarithm of their
 * number, choosing the number of lines.
 */
final class ReadyQueue {
    private static final Comparator<Waiting> BY_PRIORITY =
            Comparator.comparingInt(Waiting::priority).reversed().thenComparingLong(Waiting::order);
    private static final Comparator<Waiting> BY_TIME =
            Comparator.comparingLong(Waiting::notBeforeMillis).thenComparingLong(Waiting::order);

    private final Room capacity;
    private final long longestWaitMillis;
    private final Map<String, Waiting> all = new HashMap<>();
    private final Map<String, Map<Resources, Line>> ready = new HashMap<>();
    private final TreeSet<Waiting> later = new TreeSet<>(BY_TIME);

    /** The run for which room is being made, as long as it waits. */
    private @Nullable String reserved;

    /**
     * An empty queue.
     *
     * @param capacity all that there is: who needs more gets its turn as if it fitted, to be told
     * @param longestWaitMillis the longest back-off: who seems to wait longer was queued before the
     *     clock was set back, and waits no more
     */
    ReadyQueue(Room capacity, long longestWaitMillis) {
        this.capacity = capacity;
        this.longestWaitMillis = longestWaitMillis;
    }

    /**
     * Adds a run; its patience begins now, or when its back-off has passed.
     *
     * @param nowNanos the time, by a clock that does not jump
     */
    void add(Waiting waiting, long nowNanos) {
        remove(waiting.run());
        all.put(waiting.run(), waiting);
        if (waiting.notBeforeMillis() > 0) {
            later.add(waiting);
        } else {
            ready(waiting, nowNanos);
        }
    }

    void remove(String run) {
        if (run.equals(reserved)) {
            reserved = null;
        }
        Waiting waiting = all.remove(run);
        if (waiting != null && !later.remove(waiting)) {
            Map<Resources, Line> lines = ready.get(waiting.team());
            Line line = lines == null ? null : lines.get(waiting.resources());
            if (lines != null && line != null && line.remove(waiting)) {
                lines.remove(waiting.resources());
                if (lines.isEmpty()) {
                    ready.remove(waiting.team());
                }
            }
        }
    }

    /** Keeps what there is for a run until it leaves the queue, or for none. */
    void reserve(@Nullable String run) {
        reserved = run;
    }

    boolean contains(String run) {
        return all.containsKey(run);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    int size() {
        return all.size();
    }

    /** When the next back-off passes. */
    OptionalLong nextMillis() {
        return later.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(later.first().notBeforeMillis());
    }

    /**
     * The run that goes next, which stays in the queue.
     *
     * @param share the order of teams
     * @param free the room that is free
     * @param nowMillis the time, for back-offs
     * @param nowNanos the time, by a clock that does not jump
     * @param patienceNanos after how long room is kept for a run that does not fit
     * @param shares whether a run may have a device that others have
     */
    @Nullable Waiting next(
            FairShare share,
            Room free,
            long nowMillis,
            long nowNanos,
            long patienceNanos,
            Predicate<Waiting> shares) {
        while (!later.isEmpty() && isDue(later.first(), nowMillis)) {
            ready(later.removeFirst(), nowNanos);
        }
        List<String> teams = share.inOrder(ready.keySet());
        Room left = free;
        Waiting first = reserved == null ? null : all.get(reserved);
        if (first != null) {
            if (free.fits(first.resources())) {
                return first;
            }
            left = free.without(first.resources());
        }
        for (String team : teams) {
            for (Line line : inOrder(ready.getOrDefault(team, Map.of()))) {
                Waiting next = line.first();
                if (left.fits(next.resources())
                        || !capacity.fits(next.resources())
                        || (next.resources().cores() <= left.cores() && shares.test(next))) {
                    return next;
                }
                if (nowNanos - line.oldestNanos() > patienceNanos) {
                    left = left.without(next.resources());
                }
            }
        }
        return null;
    }

    /** The first of each line of runs that may go, by priority. */
    List<Waiting> firsts() {
        return ready.values().stream()
                .flatMap(lines -> lines.values().stream())
                .map(Line::first)
                .sorted(BY_PRIORITY)
                .toList();
    }

    private static List<Line> inOrder(Map<Resources, Line> lines) {
        List<Line> sorted = new ArrayList<>(lines.values());
        sorted.sort(Comparator.comparing(Line::first, BY_PRIORITY));
        return sorted;
    }

    private boolean isDue(Waiting waiting, long nowMillis) {
        long left = waiting.notBeforeMillis() - nowMillis;
        return left <= 0 || left > longestWaitMillis;
    }

    private void ready(Waiting waiting, long nowNanos) {
        ready.computeIfAbsent(waiting.team(), _ -> new HashMap<>())
                .computeIfAbsent(waiting.resources(), _ -> new Line())
                .add(waiting, nowNanos);
    }

    /** Runs of one team that need the same. */
    private static final class Line {
        private final TreeSet<Waiting> byPriority = new TreeSet<>(BY_PRIORITY);
        private final TreeSet<Since> byAge =
                new TreeSet<>(
                        Comparator.comparingLong(Since::nanos).thenComparingLong(Since::order));
        private final Map<String, Since> since = new HashMap<>();

        void add(Waiting waiting, long nowNanos) {
            Since began = new Since(nowNanos, waiting.order());
            byPriority.add(waiting);
            byAge.add(began);
            since.put(waiting.run(), began);
        }

        /** Returns whether nothing is left. */
        boolean remove(Waiting waiting) {
            byPriority.remove(waiting);
            Since began = since.remove(waiting.run());
            if (began != null) {
                byAge.remove(began);
            }
            return byPriority.isEmpty();
        }

        Waiting first() {
            return byPriority.first();
        }

        long oldestNanos() {
            return byAge.first().nanos();
        }
    }

    private record Since(long nanos, long order) {}
}
