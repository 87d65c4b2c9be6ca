package dev.retort.device.sampling;

import dev.retort.device.counters.Probe.State;

/**
 * What a window has seen of one series. Guarded by the lock of its window; the sampling thread
 * adds, without allocation.
 */
final class SeriesAccumulator {
    private final boolean seededBefore;
    private final long seedTime;
    private final double seedValue;
    private long samples;
    private long gaps;
    private String reason;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long firstTime;
    private double firstValue;
    private long lastTime;
    private double lastValue;
    private long beforeLastTime;
    private double beforeLastValue;
    private boolean lastMeasured;
    private double area;
    private double coveredNanos;
    private double variationArea;

    /**
     * @param seeded whether there was a value before the window was opened
     * @param seedTime when
     * @param seedValue which
     * @param reason why there is none, as long as there is none
     */
    SeriesAccumulator(boolean seeded, long seedTime, double seedValue, String reason) {
        this.seededBefore = seeded;
        this.seedTime = seedTime;
        this.seedValue = seedValue;
        this.reason = reason;
    }

    void measured(long nanoTime, double value) {
        if (samples == 0) {
            firstTime = nanoTime;
            firstValue = value;
        } else {
            beforeLastTime = lastTime;
            beforeLastValue = lastValue;
        }
        if (lastMeasured) {
            double nanos = (double) (nanoTime - lastTime);
            area += nanos * (lastValue + value) / 2;
            variationArea += nanos * Math.abs(value - lastValue) / 2;
            coveredNanos += nanos;
        }
        samples++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        lastTime = nanoTime;
        lastValue = value;
        lastMeasured = true;
    }

    void absent(State state, String why) {
        lastMeasured = false;
        reason = why;
        if (state == State.GAP) {
            gaps++;
        }
    }

    long samples() {
        return samples;
    }

    String reason() {
        return reason;
    }

    boolean interrupted() {
        return gaps > 0;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    /** Whether there is a value, of the window or from before it. */
    boolean known() {
        return samples > 0 || seededBefore;
    }

    /** The newest value, of the window or from before it. */
    double newest() {
        return samples > 0 ? lastValue : seedValue;
    }

    double last() {
        return lastValue;
    }

    long lastTime() {
        return lastTime;
    }

    /**
     * The mean over the time that is covered by neighbouring samples, or the value of the only one.
     */
    double mean() {
        return coveredNanos > 0 ? area / coveredNanos : lastValue;
    }

    /** The value times seconds over the covered time. */
    double areaSeconds() {
        return area * 1e-9;
    }

    double coveredSeconds() {
        return coveredNanos * 1e-9;
    }

    /** How far {@link #areaSeconds} can be off if values between samples stay between them. */
    double areaErrorSeconds() {
        return variationArea * 1e-9;
    }

    /**
     * The growth of a cumulative series over a window whose ends lie between samples.
     *
     * @param value the growth: interpolated at the beginning, at the end extended at the last rate
     * @param beginError how far it can be off because of the beginning
     * @param openSeconds the time between the last sample and the end
     * @param extended what was added for that time
     */
    record Growth(double value, double beginError, double openSeconds, double extended) {}

    Growth growth(long from, long to) {
        double beginValue = firstValue;
        double beginError = 0;
        if (seededBefore && firstTime != seedTime) {
            double part = (double) (from - seedTime) / (firstTime - seedTime);
            double step = firstValue - seedValue;
            beginValue = seedValue + step * part;
            beginError = step * Math.max(part, 1 - part);
        }
        double openSeconds = Math.max(0, to - lastTime) * 1e-9;
        double extended = rate() * openSeconds;
        return new Growth(lastValue + extended - beginValue, beginError, openSeconds, extended);
    }

    /** The growth per second between the last two values. */
    private double rate() {
        long time = beforeLastTime;
        double value = beforeLastValue;
        if (samples == 1) {
            time = seedTime;
            value = seedValue;
            if (!seededBefore) {
                return 0;
            }
        }
        return lastTime == time ? 0 : (lastValue - value) / ((lastTime - time) * 1e-9);
    }
}
