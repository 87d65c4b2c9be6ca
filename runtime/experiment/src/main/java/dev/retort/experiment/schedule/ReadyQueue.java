package dev.retort.experiment.schedule;

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
 * The runs that wait: those that may go, by team, priority and age, and those whose back-off has
 * not passed. Adding, removing and choosing take the logarithm of their number.
 */
final class ReadyQueue {
    /** How many runs of a team are looked at for one that fits in the room that is left. */
    private static final int LOOK_AHEAD = 64;

    private static final Comparator<Waiting> BY_PRIORITY =
            Comparator.comparingInt(Waiting::priority).reversed().thenComparingLong(Waiting::order);
    private static final Comparator<Waiting> BY_TIME =
            Comparator.comparingLong(Waiting::notBeforeMillis).thenComparingLong(Waiting::order);

    private final long longestWaitMillis;
    private final Map<String, Waiting> all = new HashMap<>();
    private final Map<String, TreeSet<Waiting>> ready = new HashMap<>();
    private final TreeSet<Waiting> later = new TreeSet<>(BY_TIME);

    /**
     * An empty queue.
     *
     * @param longestWaitMillis the longest back-off: who seems to wait longer was queued before the
     *     clock was set back, and waits no more
     */
    ReadyQueue(long longestWaitMillis) {
        this.longestWaitMillis = longestWaitMillis;
    }

    void add(Waiting waiting) {
        remove(waiting.run());
        all.put(waiting.run(), waiting);
        if (waiting.notBeforeMillis() > 0) {
            later.add(waiting);
        } else {
            ready(waiting);
        }
    }

    void remove(String run) {
        Waiting waiting = all.remove(run);
        if (waiting != null) {
            later.remove(waiting);
            TreeSet<Waiting> team = ready.get(waiting.team());
            if (team != null) {
                team.remove(waiting);
                if (team.isEmpty()) {
                    ready.remove(waiting.team());
                }
            }
        }
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
     * @param fits whether there is room for it
     * @param nowMillis the time
     * @param nowNanos the time, by the clock of the share
     * @param patienceMillis after how long a run that does not fit holds up all others
     */
    @Nullable Waiting next(
            FairShare share,
            Predicate<Waiting> fits,
            long nowMillis,
            long nowNanos,
            long patienceMillis) {
        while (!later.isEmpty() && isDue(later.first(), nowMillis)) {
            ready(later.removeFirst());
        }
        List<Map.Entry<String, TreeSet<Waiting>>> teams = new ArrayList<>(ready.entrySet());
        teams.sort((a, b) -> share.compare(a.getKey(), b.getKey(), nowNanos));
        for (Map.Entry<String, TreeSet<Waiting>> team : teams) {
            int looked = 0;
            for (Waiting waiting : team.getValue()) {
                if (fits.test(waiting)) {
                    return waiting;
                }
                if (nowMillis - waiting.sinceMillis() > patienceMillis) {
                    return null;
                }
                if (++looked == LOOK_AHEAD) {
                    break;
                }
            }
        }
        return null;
    }

    private boolean isDue(Waiting waiting, long nowMillis) {
        long left = waiting.notBeforeMillis() - nowMillis;
        return left <= 0 || left > longestWaitMillis;
    }

    private void ready(Waiting waiting) {
        ready.computeIfAbsent(waiting.team(), _ -> new TreeSet<>(BY_PRIORITY)).add(waiting);
    }
}
