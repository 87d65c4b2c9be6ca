package dev.retort.experiment.velocity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was begun and not finished in a window, and Little's law on it: the mean number in progress
 * {@code L} equals the rate {@code lambda} of items times the mean time {@code W} of an item.
 * {@code L} is the integral of the number over time; {@code lambda} and {@code W} are of the items
 * in the window, with their time in it. So the law holds exactly on every window, and a gap is an
 * error in the log or in the computation. Whether work comes faster than it goes is said by the
 * arrivals and departures, and how long it takes in all by the time of those that departed.
 *
 * @param mean the mean number in progress, {@code L}
 * @param most the largest number in progress at once
 * @param items the items that were in progress at some time of the window
 * @param perSecond the items per second of the window, {@code lambda}
 * @param time the mean time of an item in the window, {@code W}
 * @param gap how far {@code L} and {@code lambda W} are apart, relative to the larger one
 * @param arrivals the items that began in the window
 * @param departures the items that ended in the window
 * @param sojourn the mean time of those from begin to end, also where it began before the window,
 *     or empty without any
 */
public record WorkInProgress(
        double mean,
        int most,
        int items,
        double perSecond,
        Duration time,
        double gap,
        int arrivals,
        int departures,
        Optional<Duration> sojourn) {
    /** An item from its begin to its end, or to the end of the log if it has not ended. */
    record Item(long from, long to, boolean ended) {}

    /**
     * The number in progress from a time on.
     *
     * @param nanos the time in nanoseconds since 1970
     * @param count the number
     */
    record Level(long nanos, int count) {}

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
        double sum = 0;
        int present = 0;
        int arrivals = 0;
        int departures = 0;
        double sojourn = 0;
        for (Item item : items) {
            arrivals += window.contains(item.from()) ? 1 : 0;
            if (item.ended() && window.contains(item.to())) {
                departures++;
                sojourn += item.to() - item.from();
            }
            long overlap = window.overlap(item.from(), item.to());
            sum += overlap / 1e9;
            present += overlap > 0 ? 1 : 0;
        }
        Duration time =
                present == 0 ? Duration.ZERO : Duration.ofNanos(Math.round(1e9 * sum / present));
        double mean = integral / seconds;
        double perSecond = present / seconds;
        double product = present == 0 ? 0 : perSecond * (sum / present);
        double larger = Math.max(mean, product);
        double gap = larger == 0 ? 0 : Math.abs(mean - product) / larger;
        Optional<Duration> whole =
                departures == 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(Math.round(sojourn / departures)));
        return new WorkInProgress(
                mean, most, present, perSecond, time, gap, arrivals, departures, whole);
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
