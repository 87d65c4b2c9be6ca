package dev.retort.device.sampling;

import dev.retort.device.Reading;
import dev.retort.device.counters.Series;

/**
 * What a window has seen of one series. Each figure is measured or absent with the reason.
 *
 * @param series which
 * @param samples how many samples of the window have a value
 * @param min the least value; a low shorter than the period between samples can be missed
 * @param max the greatest value; a peak shorter than the period between samples can be missed
 * @param mean the mean over the time between the first and the last sample
 * @param last the newest value
 * @param growth for a cumulative counter its growth over the window; at ends that lie between
 *     samples it is taken to grow evenly
 */
public record SeriesReport(
        Series series,
        long samples,
        Reading min,
        Reading max,
        Reading mean,
        Reading last,
        Reading growth) {

    static SeriesReport of(Series series, SeriesAccumulator seen, long from, long to) {
        return new SeriesReport(
                series,
                seen.samples(),
                gauge(series, seen, seen.min()),
                gauge(series, seen, seen.max()),
                gauge(series, seen, seen.mean()),
                seen.samples() == 0
                        ? new Reading.Absent(seen.reason())
                        : new Reading.Measured(seen.last(), series.source(), seen.lastTime()),
                growth(series, seen, from, to));
    }

    private static Reading gauge(Series series, SeriesAccumulator seen, double value) {
        if (series.counter().cumulative()) {
            return new Reading.Absent("of a cumulative counter the growth is what counts");
        }
        return seen.samples() == 0
                ? new Reading.Absent(seen.reason())
                : new Reading.Measured(
                        value,
                        "%s, over %d samples".formatted(series.source(), seen.samples()),
                        seen.lastTime());
    }

    private static Reading growth(Series series, SeriesAccumulator seen, long from, long to) {
        if (!series.counter().cumulative()) {
            return new Reading.Absent("a value of the moment does not grow");
        }
        if (seen.samples() == 0 || seen.interrupted()) {
            return new Reading.Absent(seen.reason());
        }
        return new Reading.Measured(
                seen.growth(from, to).value(), series.source(), seen.lastTime());
    }
}
