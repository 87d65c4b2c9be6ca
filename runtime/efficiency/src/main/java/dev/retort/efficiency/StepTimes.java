package dev.retort.efficiency;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.PackedHistogram;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * How long the steps of a run took. A step lasts from its begin to its end, without what is no part
 * of training: evaluation, checkpoints and preparation. Kept with three significant digits from a
 * microsecond to an hour, so steps of 1 ms are told apart as well as those of a minute.
 *
 * <p>Immutable.
 */
public final class StepTimes {
    private static final long SHORTEST_NANOS = 1_000;
    private static final long LONGEST_NANOS = Duration.ofHours(1).toNanos();
    private static final int DIGITS = 3;

    /** No steps. */
    public static final StepTimes NONE = new StepTimes(recorder());

    private final Histogram histogram;

    private StepTimes(Histogram histogram) {
        this.histogram = histogram;
    }

    /** An empty histogram that records without allocating. */
    static Histogram recorder() {
        return new Histogram(SHORTEST_NANOS, LONGEST_NANOS, DIGITS);
    }

    /** Records one step; shorter and longer ones than it can hold count as the limits. */
    static void add(Histogram recorder, long nanos) {
        recorder.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    /** What was recorded so far. */
    static StepTimes of(Histogram recorder) {
        return new StepTimes(recorder.copy());
    }

    /**
     * The steps.
     *
     * @return their number
     */
    public long count() {
        return histogram.getTotalCount();
    }

    /**
     * A quantile.
     *
     * @param percent from 0 to 100
     * @return the time that so many percent of the steps did not exceed, or empty without steps
     */
    public Optional<Duration> percentile(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException(
                    "expected a percentile from 0 to 100, found " + percent);
        }
        return measured(histogram.getValueAtPercentile(percent));
    }

    /**
     * The mean.
     *
     * @return the mean time of a step, or empty without steps
     */
    public Optional<Duration> mean() {
        // The histogram's own mean goes by an iterator that all who ask share.
        double sum = 0;
        for (HistogramIterationValue value : histogram.recordedValues()) {
            sum +=
                    (double) histogram.medianEquivalentValue(value.getValueIteratedTo())
                            * value.getCountAtValueIteratedTo();
        }
        return measured(Math.round(sum / Math.max(1, count())));
    }

    /**
     * The longest.
     *
     * @return the longest time of a step, or empty without steps
     */
    public Optional<Duration> max() {
        return measured(histogram.getMaxValue());
    }

    /**
     * How many steps took how long, in bins whose bounds grow by one factor, from the shortest step
     * to the longest.
     *
     * @param bins how many bins at most, at least 1
     * @return the bins, whose counts sum to that of the steps; one if all took as long, none
     *     without steps
     */
    public List<Bin> distribution(int bins) {
        if (bins < 1) {
            throw new IllegalArgumentException("expected at least 1 bin, found " + bins);
        }
        if (count() == 0) {
            return List.of();
        }
        double low = (double) Math.max(1, histogram.getMinValue());
        double high = Math.max(low, (double) histogram.getMaxValue());
        int number = high == low ? 1 : bins;
        double factor = Math.pow(high / low, 1.0 / number);
        long[] counts = new long[number];
        for (HistogramIterationValue value : histogram.recordedValues()) {
            double position =
                    Math.log(Math.max(low, (double) value.getValueIteratedTo()) / low)
                            / Math.log(factor);
            int bin = number == 1 ? 0 : (int) Math.clamp(position, 0, number - 1);
            counts[bin] += value.getCountAddedInThisIterationStep();
        }
        List<Bin> all = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            all.add(
                    new Bin(
                            Duration.ofNanos(Math.round(low * Math.pow(factor, i))),
                            Duration.ofNanos(Math.round(low * Math.pow(factor, i + 1))),
                            counts[i]));
        }
        return all;
    }

    /**
     * Steps that took about as long.
     *
     * @param from the shortest
     * @param to the longest
     * @param count how many there were
     */
    public record Bin(Duration from, Duration to, long count) {}

    /**
     * The steps of two runs or ranks together.
     *
     * @param other the other
     * @return the union
     */
    public StepTimes plus(StepTimes other) {
        if (other.count() == 0) {
            return this;
        }
        Histogram sum = histogram.copy();
        sum.add(other.histogram);
        return new StepTimes(sum);
    }

    /**
     * As text, for a journal: HdrHistogram's compressed encoding (V2) in Base64, a few hundred
     * bytes for steps that take about as long, and some kilobytes for others. Without steps it is
     * empty.
     */
    String encoded() {
        if (count() == 0) {
            return "";
        }
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    /** From text; none from what cannot be read, such as that of a later version. */
    static StepTimes decoded(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        try {
            // Of many runs at once: a dense one takes 200 kB.
            Histogram all = new PackedHistogram(SHORTEST_NANOS, LONGEST_NANOS, DIGITS);
            all.add(
                    Histogram.decodeFromCompressedByteBuffer(
                            ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0));
            return new StepTimes(all);
        } catch (DataFormatException | RuntimeException _) {
            return NONE;
        }
    }

    private Optional<Duration> measured(long nanos) {
        return count() == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    @Override
    public boolean equals(Object other) {
        // Copies of an empty histogram differ in what they take for its extremes.
        return other instanceof StepTimes times
                && (count() == 0 ? times.count() == 0 : histogram.equals(times.histogram));
    }

    @Override
    public int hashCode() {
        return count() == 0 ? 0 : Objects.hash(count(), histogram.getMaxValue());
    }

    @Override
    public String toString() {
        return "%d steps, p50 %s, p99 %s, max %s"
                .formatted(count(), percentile(50), percentile(99), max());
    }
}
