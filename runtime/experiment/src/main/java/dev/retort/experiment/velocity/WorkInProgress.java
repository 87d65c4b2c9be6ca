package dev.retort.experiment.velocity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was begun and not finished in a window, and Little's law on it. Its three figures are
 * measured by themselves: {@code L} is the integral of the number in progress over time, {@code
 * lambda} the items that began in the window, and {@code W} the time that those which ended in it
 * took from begin to end, added up from its parts. So {@code L} and {@code lambda W} are not the
 * same by their definition, and a log or a computation that is wrong shows.
 *
 * <p>What they differ by in a log that is right comes from the ends of the window alone (Little,
 * 1961; Kim and Whitt, 2013): over a window of length {@code T}, {@code L - lambda W} is at most
 * {@code (|a - d| W + p + r) / T}, with {@code a} arrivals, {@code d} departures, the time {@code
 * p} before the window of those that ended in it, and the time {@code r} in it of those that had
 * not ended. A window that is long against the time of an item makes that small; in one that is
 * not, the law says nothing.
 *
 * @param mean the mean number in progress, {@code L}
 * @param most the largest number in progress at once
 * @param arrivals the items that began in the window
 * @param departures the items that ended in the window
 * @param perSecond arrivals per second of the window, {@code lambda}
 * @param sojourn the mean time from begin to end of those that ended, {@code W}; empty without any
 * @param law how far the law is kept; empty without {@code W}, or of items whose time is known by
 *     their begin and end alone, which no log could break
 */
public record WorkInProgress(
        double mean,
        int most,
        int arrivals,
        int departures,
        double perSecond,
        Optional<Duration> sojourn,
        Optional<Law> law) {
    /**
     * How far Little's law is kept.
     *
     * @param gap how far {@code L} and {@code lambda W} are apart, relative to the larger one
     * @param endEffect the most that the gap can be in a log that is right
     */
    public record Law(double gap, double endEffect) {
        /** The gap up to which the law is taken to hold. */
        public static final double TOLERANCE = 0.01;

        /** What is left of sums of nanoseconds that are rounded. */
        private static final double ROUNDING = 1e-6;

        /** Whether the ends of the window say more than the law: it is too short to check it. */
        public boolean isTooShort() {
            return endEffect > TOLERANCE;
        }

        /** Whether it holds as far as the window can tell; if not, the log contradicts itself. */
        public boolean holds() {
            return gap <= endEffect + ROUNDING;
        }
    }

    /**
     * An item from its begin to its end, or to the end of the log if it has not ended.
     *
     * @param residence its time from begin to end, measured by itself, in nanoseconds
     */
    record Item(long from, long to, boolean ended, long residence) {}

    /**
     * The number in progress from a time on.
     *
     * @param nanos the time in nanoseconds since 1970
     * @param count the number
     */
    record Level(long nanos, int count) {}

    /** The same for items whose time is not measured by itself. */
    WorkInProgress withoutLaw() {
        return new WorkInProgress(
                mean, most, arrivals, departures, perSecond, sojourn, Optional.empty());
    }

    static WorkInProgress of(List<Item> items, Window window) {
        double seconds = window.length().toNanos() / 1e9;
        double integral = 0;
        int most = 0;
        List<Level> levels = levels(items);
        for (int i = 0; i < levels.size(); i++) {
            long to = i + 1 < levels.size() ? levels.get(i + 1).nanos() : Long.MAX_VALUE;
            long overlap = window.overlap(levels.get(i).nanos(), to);
            integral += levels.get(i).count() * (overlap / 1e9);
            most = overlap > 0 ? Math.max(most, levels.get(i).count()) : most;
        }
        Flow flow = Flow.of(items, window);
        double mean = integral / seconds;
        double perSecond = flow.arrivals() / seconds;
        boolean known = flow.departures() > 0;
        double time = known ? flow.residence() / flow.departures() : 0;
        double larger = Math.max(mean, perSecond * time);
        double ends =
                Math.abs(flow.arrivals() - flow.departures()) * time + flow.outside() + flow.open();
        return new WorkInProgress(
                mean,
                most,
                flow.arrivals(),
                flow.departures(),
                perSecond,
                known ? Optional.of(Duration.ofNanos(Math.round(1e9 * time))) : Optional.empty(),
                known
                        ? Optional.of(
                                new Law(
                                        share(Math.abs(mean - perSecond * time), larger),
                                        share(ends / seconds, larger)))
                        : Optional.empty());
    }

    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }

    /**
     * What came into a window and went from it.
     *
     * @param arrivals items that began in it
     * @param departures items that ended in it
     * @param residence seconds that these took, measured by themselves
     * @param outside seconds of these that lie outside it
     * @param open seconds in it of the items that did not end in it
     */
    private record Flow(
            int arrivals, int departures, double residence, double outside, double open) {
        static Flow of(List<Item> items, Window window) {
            int arrivals = 0;
            int departures = 0;
            double residence = 0;
            double outside = 0;
            double open = 0;
            for (Item item : items) {
                arrivals += window.contains(item.from()) ? 1 : 0;
                double inside = window.overlap(item.from(), item.to()) / 1e9;
                if (item.ended() && window.contains(item.to())) {
                    departures++;
                    residence += item.residence() / 1e9;
                    outside += (item.to() - item.from()) / 1e9 - inside;
                } else {
                    open += inside;
                }
            }
            return new Flow(arrivals, departures, residence, outside, open);
        }
    }

    /** How the number changes over time. */
    static List<Level> levels(List<Item> items) {
        Map<Long, Integer> changes = new TreeMap<>();
        for (Item item : items) {
            changes.merge(item.from(), 1, Integer::sum);
            changes.merge(item.to(), -1, Integer::sum);
        }
        List<Level> levels = new ArrayList<>();
        int count = 0;
        for (Map.Entry<Long, Integer> change : changes.entrySet()) {
            count += change.getValue();
            levels.add(new Level(change.getKey(), count));
        }
        return levels;
    }
}
