package dev.retort.device.sampling;

import dev.retort.device.Reading;
import dev.retort.device.counters.Probe;
import dev.retort.device.counters.Series;

/** A series and its samples. The thread that samples the device writes; any thread reads. */
final class SampledSeries {
    private final Series series;
    private final int index;
    private final SampleRing ring;
    private volatile String reason = "not sampled yet";

    /**
     * A series without samples.
     *
     * @param series which
     * @param index its number in the sampler
     * @param records how many samples it keeps at least
     */
    SampledSeries(Series series, int index, int records) {
        this.series = series;
        this.index = index;
        this.ring = new SampleRing(records);
    }

    Series series() {
        return series;
    }

    int index() {
        return index;
    }

    SampleRing ring() {
        return ring;
    }

    /** Why the newest sample has no value. */
    String reason() {
        return reason;
    }

    void measured(long nanoTime, double value) {
        ring.write(nanoTime, Double.doubleToRawLongBits(value));
    }

    void absent(long nanoTime, Probe.State state, String why) {
        reason = why;
        ring.write(nanoTime, state == Probe.State.GAP ? SampleRing.GAP : SampleRing.ABSENT);
    }

    /** The newest sample. */
    Reading latest() {
        long[] sample = new long[2];
        if (!ring.latest(sample) || sample[1] == SampleRing.ABSENT || sample[1] == SampleRing.GAP) {
            return new Reading.Absent(reason);
        }
        return new Reading.Measured(Double.longBitsToDouble(sample[1]), series.source(), sample[0]);
    }
}
