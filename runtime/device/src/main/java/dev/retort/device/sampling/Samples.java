package dev.retort.device.sampling;

import dev.retort.device.counters.Series;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Samples of one series, as they were at one moment: consistent, in order, and the reader's own.
 * Immutable.
 */
public final class Samples {
    private final Series series;
    private final long[] nanoTimes;
    private final double[] values;

    private Samples(Series series, long[] nanoTimes, double[] values) {
        this.series = series;
        this.nanoTimes = nanoTimes;
        this.values = values;
    }

    static Samples of(Series series, SampleRing.Copy copy, long sinceNanoTime) {
        int first = copy.first();
        while (first < copy.nanoTimes().length && copy.nanoTimes()[first] - sinceNanoTime < 0) {
            first++;
        }
        long[] nanoTimes = Arrays.copyOfRange(copy.nanoTimes(), first, copy.nanoTimes().length);
        double[] values = new double[nanoTimes.length];
        for (int i = 0; i < values.length; i++) {
            long bits = copy.bits()[first + i];
            values[i] =
                    bits == SampleRing.ABSENT || bits == SampleRing.GAP
                            ? Double.NaN
                            : Double.longBitsToDouble(bits);
        }
        return new Samples(series, nanoTimes, values);
    }

    /** {@return the series} */
    public Series series() {
        return series;
    }

    /** {@return how many samples there are, those without a value included} */
    public int size() {
        return nanoTimes.length;
    }

    /**
     * When a sample was taken.
     *
     * @param index from 0, the oldest
     * @return the time on the sampler's time line, that of {@link System#nanoTime()}
     */
    public long nanoTime(int index) {
        return nanoTimes[index];
    }

    /**
     * The value of a sample.
     *
     * @param index from 0, the oldest
     * @return the value in the counter's unit, or empty when there was none
     */
    public OptionalDouble value(int index) {
        return Double.isNaN(values[index])
                ? OptionalDouble.empty()
                : OptionalDouble.of(values[index]);
    }

    /** {@return the time from the first sample to the last; zero when there are fewer than two} */
    public Duration span() {
        return nanoTimes.length < 2
                ? Duration.ZERO
                : Duration.ofNanos(nanoTimes[nanoTimes.length - 1] - nanoTimes[0]);
    }

    /**
     * What the values amount to.
     *
     * @return the statistics, or empty when no sample has a value
     */
    public Optional<Statistics> statistics() {
        return Statistics.of(nanoTimes, values);
    }
}
