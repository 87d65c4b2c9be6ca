package dev.retort.planning.inference;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.LongToDoubleFunction;

/** From which length on one layer takes longer than another. */
public final class Crossover {
    /** Resamples of the repetitions. */
    private static final int REPLICATES = 2000;

    /** Fewer repetitions of a length tell too little of their median's noise. */
    public static final int FEWEST_REPETITIONS = 5;

    private Crossover() {}

    /**
     * Where a growing ratio of two times passes 1, by bisection.
     *
     * @param steep the time of what grows faster with the length
     * @param flat the time of the other
     * @param shortest the shortest length, at least 1
     * @param longest the longest length
     * @return the first length at which the steep one takes longer; empty where it does at the
     *     shortest already, or not even at the longest
     */
    public static OptionalDouble of(
            LongToDoubleFunction steep, LongToDoubleFunction flat, long shortest, long longest) {
        if (above(steep, flat, shortest) || !above(steep, flat, longest)) {
            return OptionalDouble.empty();
        }
        long low = shortest;
        long high = longest;
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (above(steep, flat, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return OptionalDouble.of((double) high);
    }

    private static boolean above(
            LongToDoubleFunction steep, LongToDoubleFunction flat, long length) {
        return steep.applyAsDouble(length) > flat.applyAsDouble(length);
    }

    /**
     * Times of both at one length, measured in turns.
     *
     * @param length the length
     * @param steep the times of what grows faster, one a repetition
     * @param flat the times of the other, one a repetition
     */
    public record Measured(long length, List<Double> steep, List<Double> flat) {
        /** Copies the lists. */
        public Measured {
            steep = List.copyOf(steep);
            flat = List.copyOf(flat);
            if (steep.isEmpty() || steep.size() != flat.size()) {
                throw new PlanningException(
                        "expected as many repetitions of both, at least 1, found %d and %d"
                                .formatted(steep.size(), flat.size()));
            }
        }

        /**
         * The median of the times of what grows faster.
         *
         * @return seconds
         */
        public double steepMedian() {
            return median(steep, null);
        }

        /**
         * The median of the times of the other.
         *
         * @return seconds
         */
        public double flatMedian() {
            return median(flat, null);
        }
    }

    /**
     * Where measured medians pass each other, ln(steep / flat) taken to be linear in ln(length)
     * between two lengths; its interval from resampling the repetitions of each length. Where more
     * resamples than the tail do not pass each other within the measured lengths, the interval is
     * open on that side: it begins at 0, or ends at infinity.
     *
     * @param measured the lengths, ascending, of at least {@link #FEWEST_REPETITIONS} repetitions
     * @param level the confidence
     * @return the length; empty where the medians do not pass each other
     * @throws PlanningException if there are fewer repetitions
     */
    public static Optional<Interval> of(List<Measured> measured, double level) {
        for (Measured each : measured) {
            if (each.steep().size() < FEWEST_REPETITIONS) {
                throw new PlanningException(
                        "expected at least %d repetitions of each length, found %d of %d"
                                .formatted(FEWEST_REPETITIONS, each.steep().size(), each.length()));
            }
        }
        double estimate = crossing(measured, null);
        if (estimate == 0 || Double.isInfinite(estimate)) {
            return Optional.empty();
        }
        Random random = new Random(1);
        double[] drawn = new double[REPLICATES];
        for (int i = 0; i < REPLICATES; i++) {
            drawn[i] = crossing(measured, random);
        }
        double tail = (1 - level) / 2 * REPLICATES;
        boolean openBelow = Arrays.stream(drawn).filter(x -> x == 0).count() > tail;
        boolean openAbove = Arrays.stream(drawn).filter(Double::isInfinite).count() > tail;
        double longest = (double) measured.getLast().length();
        // Those that are within the tail lie beyond its quantile, wherever they are.
        Interval percentiles =
                Resamples.percentiles(
                        estimate,
                        Arrays.stream(drawn).map(x -> Math.min(x, longest)).toArray(),
                        level);
        return Optional.of(
                new Interval(
                        estimate,
                        openBelow ? 0 : Math.min(estimate, percentiles.low()),
                        openAbove
                                ? Double.POSITIVE_INFINITY
                                : Math.max(estimate, percentiles.high()),
                        level));
    }

    /**
     * Interpolates where the ratio passes 1; of resampled repetitions if there is a generator. 0 if
     * the steep one takes longer at the shortest length already, infinity if it nowhere does.
     */
    private static double crossing(List<Measured> measured, @Nullable Random random) {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < measured.size(); i++) {
            Measured each = measured.get(i);
            double ratio = Math.log(median(each.steep(), random) / median(each.flat(), random));
            if (before <= 0 && ratio > 0) {
                double low = Math.log((double) measured.get(i - 1).length());
                double high = Math.log((double) each.length());
                return Math.exp(low + (high - low) * -before / (ratio - before));
            }
            before = ratio;
        }
        return before > 0 ? 0 : Double.POSITIVE_INFINITY;
    }

    private static double median(List<Double> times, @Nullable Random random) {
        double[] drawn =
                times.stream()
                        .mapToDouble(
                                time ->
                                        random == null
                                                ? time
                                                : times.get(random.nextInt(times.size())))
                        .sorted()
                        .toArray();
        return Resamples.quantile(drawn, 0.5);
    }
}
