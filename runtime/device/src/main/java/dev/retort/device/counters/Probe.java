package dev.retort.device.counters;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Reads some series of one device by one action: a system call, a call of a driver. After {@link
 * #sample} each series has a value, or is absent with a reason.
 *
 * <p>Confined to one thread at a time. A sample allocates nothing as long as what is absent stays
 * absent for the same reason.
 */
public abstract class Probe {
    /** How a sample ended. */
    public enum Outcome {
        /** The series were read; some may be absent. */
        SAMPLED,
        /** It was too early for another sample; the series keep what they have. */
        NOTHING_NEW,
        /** No series will ever have a value: asking again is no use. */
        NEVER,
        /** The device is lost, and with it all its probes. */
        DEVICE_LOST
    }

    /** What a series has after a sample. */
    public enum State {
        /** A value. */
        MEASURED,
        /** None now. */
        ABSENT,
        /** None, and how far a cumulative counter went meanwhile will never be known. */
        GAP
    }

    private final List<Series> series;
    private final double[] values;
    private final State[] states;
    private final @Nullable String[] reasons;

    /**
     * A probe of some series.
     *
     * @param series the series, in the order of their indices
     */
    protected Probe(List<Series> series) {
        this.series = List.copyOf(series);
        this.values = new double[series.size()];
        this.states = new State[series.size()];
        this.reasons = new @Nullable String[series.size()];
        Arrays.fill(states, State.ABSENT);
        Arrays.fill(reasons, "not read yet");
    }

    /** {@return the series, in the order of their indices} */
    public final List<Series> series() {
        return series;
    }

    /**
     * Whether a sample is a call of a driver, whose time a sampler reports apart.
     *
     * @return true for a driver
     */
    public abstract boolean callsDriver();

    /**
     * Reads all series.
     *
     * @param nanoTime the time now, on the time line of the sampler's clock
     * @return how it ended
     */
    public abstract Outcome sample(long nanoTime);

    /**
     * What a series has after the latest sample.
     *
     * @param index the series'
     * @return its state
     */
    public final State state(int index) {
        return states[index];
    }

    /**
     * The value of a series that is measured.
     *
     * @param index the series'
     * @return the value, in the counter's unit; finite
     */
    public final double value(int index) {
        return values[index];
    }

    /**
     * Why a series is absent.
     *
     * @param index the series'
     * @return one sentence; undefined for a series that is measured
     */
    public final String reason(int index) {
        return Objects.requireNonNullElse(reasons[index], "");
    }

    /** Gives a series a value. */
    final void measured(int index, double value) {
        values[index] = value;
        states[index] = State.MEASURED;
    }

    /** Takes the value of a series away. */
    final void absent(int index, String reason) {
        states[index] = State.ABSENT;
        reasons[index] = reason;
    }

    /** Takes the values of all series away. */
    final void allAbsent(String reason) {
        for (int i = 0; i < states.length; i++) {
            absent(i, reason);
        }
    }

    /** Takes the value of a cumulative series away, and with it the knowledge of its growth. */
    final void gap(int index, String reason) {
        states[index] = State.GAP;
        reasons[index] = reason;
    }

    /** Gives a series the value of a counter that has just been advanced, or tells its gap. */
    final void counted(int index, CumulativeCounter counter, boolean known) {
        if (known) {
            measured(index, counter.total());
        } else {
            gap(index, CumulativeCounter.GAP);
        }
    }
}
