package dev.retort.efficiency.verdict;

import java.time.Duration;
import java.util.Arrays;

/**
 * Tries whether taking a suspected bottleneck away makes a training faster: the training as it is
 * and its variant in turns, so that what disturbs the machine disturbs both.
 */
public final class CounterTest {
    private CounterTest() {}

    /** A training that can be run for a few steps, as it is and changed. */
    public interface Subject {
        /**
         * Trains.
         *
         * @param variant how
         * @param steps the steps
         * @return the time per item that was trained on; it must not depend on what ran before
         * @throws UnsupportedOperationException if the training cannot be changed so
         */
        Duration perItem(Variant variant, int steps);
    }

    /**
     * What came out.
     *
     * @param variant what was tried
     * @param gain the median over the rounds of the time as it is over that of the variant; above 1
     *     the variant is faster
     * @param lowest the smallest ratio of a round
     * @param highest the largest ratio of a round
     */
    public record Result(Variant variant, double gain, double lowest, double highest) {
        /**
         * Whether the variant was faster in every round.
         *
         * @return whether the suspicion is confirmed
         */
        public boolean confirms() {
            return lowest > 1;
        }
    }

    /**
     * Tries a variant. Takes as long as {@code 2 * rounds * steps} steps.
     *
     * @param variant what to try
     * @param subject trains; its parameters change
     * @param rounds how often, at least 3
     * @param steps the steps of each training in a round, at least 1
     * @return the result
     */
    public static Result run(Variant variant, Subject subject, int rounds, int steps) {
        if (rounds < 3 || steps < 1) {
            throw new IllegalArgumentException(
                    "expected at least 3 rounds of 1 step, found %d of %d"
                            .formatted(rounds, steps));
        }
        double[] gains = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            // The order changes, so that a drift favours neither.
            boolean variantFirst = round % 2 == 1;
            double first = nanos(subject, variantFirst ? variant : Variant.AS_IS, steps);
            double second = nanos(subject, variantFirst ? Variant.AS_IS : variant, steps);
            gains[round] = variantFirst ? second / first : first / second;
        }
        Arrays.sort(gains);
        double median = (gains[(rounds - 1) / 2] + gains[rounds / 2]) / 2;
        return new Result(variant, median, gains[0], gains[rounds - 1]);
    }

    private static double nanos(Subject subject, Variant variant, int steps) {
        return Math.max(1, subject.perItem(variant, steps).toNanos());
    }
}
