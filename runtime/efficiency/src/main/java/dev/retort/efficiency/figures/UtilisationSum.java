package dev.retort.efficiency.figures;

import dev.retort.cuda.ClockEventReason;
import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.Samples;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoubleUnaryOperator;

/**
 * The utilisation of a device over any length of time, in memory that does not grow: a sampler
 * keeps the latest samples only, so it is to be looked at before they go. Every sample counts once,
 * however often one looks.
 *
 * <p>Not thread-safe.
 */
public final class UtilisationSum {
    /** What does not hold the clock down. */
    private static final long HARMLESS =
            ClockEventReason.IDLE.mask() | ClockEventReason.APPLICATION_SETTING.mask();

    private final Sampler sampler;
    private final String device;
    private final Mean busy = new Mean(Counter.GPU_BUSY);
    private final Mean throttled = new Mean(Counter.GPU_CLOCK_EVENT_REASONS);
    private final Mean slowdown = new Mean(Counter.GPU_CLOCK_EVENT_REASONS);
    private final Mean multiprocessors = new Mean(Counter.GPU_SM_ACTIVITY);
    private final Mean tensor = new Mean(Counter.GPU_TENSOR_ACTIVITY);
    private final Mean memory = new Mean(Counter.GPU_DRAM_ACTIVITY);
    private final Mean operating = new Mean(Counter.GPU_TENSOR_ACTIVITY);

    /** From when on samples count, or empty for all of them. */
    private final OptionalLong begin;

    /** The mean of the samples of one counter. */
    private final class Mean {
        private final Counter counter;
        private double sum;
        private long count;
        private long last;
        private String source = "";
        private @Nullable String absent;

        Mean(Counter counter) {
            this.counter = counter;
        }

        void look(Duration back, DoubleUnaryOperator value) {
            look(back, (sample, _) -> value.applyAsDouble(sample));
        }

        void look(Duration back, At value) {
            List<Series> series = sampler.series(device, counter);
            if (series.isEmpty()) {
                return;
            }
            Series one = series.getFirst();
            source = one.source();
            Samples samples = sampler.history(one, back);
            for (int i = 0; i < samples.size(); i++) {
                OptionalDouble sample = samples.value(i);
                long at = samples.nanoTime(i);
                if (sample.isPresent() && isNew(at)) {
                    double found = value.of(sample.getAsDouble(), at);
                    if (!Double.isNaN(found)) {
                        sum += found;
                        count++;
                        last = at;
                    }
                }
            }
            absent =
                    sampler.latest(one) instanceof Reading.Absent(String reason)
                            ? reason
                            : "the window has no sample of " + counter;
        }

        private boolean isNew(long at) {
            return count == 0 ? begin.isEmpty() || at - begin.getAsLong() >= 0 : at - last > 0;
        }

        Reading mean(String times) {
            return count == 0
                    ? new Reading.Absent(
                            absent == null
                                    ? "%s of %s is not sampled".formatted(counter, device)
                                    : absent)
                    : new Reading.Measured(
                            sum / count,
                            "%s%s, over %d samples".formatted(source, times, count),
                            last);
        }

        /** Where the samples are there, but not what else it takes. */
        Reading mean(String times, Reading other) {
            return count == 0 && other instanceof Reading.Absent ? other : mean(times);
        }
    }

    /** What a sample contributes, not a number if it does not count. */
    private interface At {
        double of(double sample, long nanoTime);
    }

    /**
     * A sum without a sample.
     *
     * @param sampler samples the device
     * @param device the device's identity, as {@link Sampler#devices} names it
     */
    public UtilisationSum(Sampler sampler, String device) {
        this(sampler, device, OptionalLong.empty());
    }

    /**
     * A sum without a sample, of those from a moment on: however far back one looks, none before it
     * counts.
     *
     * @param sampler samples the device
     * @param device the device's identity, as {@link Sampler#devices} names it
     * @param beginNanoTime the moment, by {@link System#nanoTime}
     */
    public UtilisationSum(Sampler sampler, String device, long beginNanoTime) {
        this(sampler, device, OptionalLong.of(beginNanoTime));
    }

    private UtilisationSum(Sampler sampler, String device, OptionalLong begin) {
        this.sampler = sampler;
        this.device = device;
        this.begin = begin;
    }

    /**
     * Takes in the samples that are new. To miss none it must look back a little further than to
     * the look before: the sampler does so from a later now than the caller's.
     *
     * @param back how far to look back from now, at most as far as the sampler keeps samples
     */
    public void look(Duration back) {
        busy.look(back, v -> v);
        throttled.look(back, reasons -> isThrottled(reasons) ? 1 : 0);
        multiprocessors.look(back, v -> v);
        tensor.look(back, v -> v);
        memory.look(back, v -> v);
        List<Series> clock = sampler.series(device, Counter.GPU_SM_CLOCK);
        double highest = highest().ifMeasured().orElse(Double.NaN);
        if (!clock.isEmpty() && highest > 0) {
            Samples clocks = sampler.history(clock.getFirst(), back);
            Cursor then = new Cursor(clocks);
            slowdown.look(
                    back,
                    (reasons, at) -> {
                        double share = then.at(at).orElse(Double.NaN) / highest;
                        return isThrottled(reasons) ? Math.max(0, 1 - share) : 0 * share;
                    });
            Cursor now = new Cursor(clocks);
            operating.look(
                    back, (activity, at) -> activity * now.at(at).orElse(Double.NaN) / highest);
        }
    }

    /**
     * The means of all samples so far.
     *
     * @return the vector; what the device does not tell is absent
     */
    public DeviceUtilisation mean() {
        Reading highest = highest();
        return new DeviceUtilisation(
                busy.mean(""),
                throttled.mean(""),
                throttled.count == 0
                        ? throttled.mean("")
                        : slowdown.mean(" with the SM clock below the highest", highest),
                multiprocessors.mean(""),
                tensor.mean(""),
                memory.mean(""),
                tensor.count == 0
                        ? tensor.mean("")
                        : operating.mean(" * SM clock / highest", highest));
    }

    private static boolean isThrottled(double reasons) {
        return ((long) reasons & ~HARMLESS) != 0;
    }

    private Reading highest() {
        List<Series> series = sampler.series(device, Counter.GPU_MAX_SM_CLOCK);
        return series.isEmpty()
                ? new Reading.Absent(
                        "%s of %s is not sampled".formatted(Counter.GPU_MAX_SM_CLOCK, device))
                : sampler.latest(series.getFirst());
    }
}
