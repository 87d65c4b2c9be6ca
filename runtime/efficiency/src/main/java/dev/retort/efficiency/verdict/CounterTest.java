package dev.retort.efficiency.verdict;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

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
         * Whether the variant was faster in every round, by however little.
         *
         * @return whether it was
         */
        public boolean confirms() {
            return lowest > 1;
        }

        /**
         * What the result says of a verdict. If the verdict is right, the variant saves the share
         * of the time that it {@linkplain Variant#removes removes}; half of that is asked for, as
         * what one bottleneck hid becomes the next.
         *
         * @param verdict the verdict that named the variant
         * @return confirmed if every round saved as much, refuted if none did
         */
        public Finding against(Verdict verdict) {
            double asked = verdict.share() * variant.removes() / 2;
            if (lowest > 1 && 1 - 1 / lowest >= asked) {
                return Finding.CONFIRMED;
            }
            return 1 - 1 / highest < asked ? Finding.REFUTED : Finding.UNDECIDED;
        }
    }

    /** What a counter-test says of a suspicion. */
    public enum Finding {
        /** Without the bottleneck the training is faster, as the verdict said. */
        CONFIRMED,
        /** It is not: the time goes elsewhere. */
        REFUTED,
        /** The rounds differ too much to say. */
        UNDECIDED
    }

    /**
     * Tries the variant that a verdict names. Takes as long as {@code 2 * rounds * steps} steps.
     *
     * @param verdict the verdict
     * @param subject trains
     * @param rounds how often, at least 3
     * @param steps the steps of each training in a round, at least 1
     * @return the result, or empty where there is no experiment that can refute the verdict
     * @throws UnsupportedOperationException if the training cannot be changed so
     */
    public static Optional<Result> test(Verdict verdict, Subject subject, int rounds, int steps) {
        return verdict.counterTest().map(variant -> run(variant, subject, rounds, steps));
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
