package dev.retort.experiment.verdict;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What the sum of differences would have been with other signs. Vector 0 flips nothing: it is what
 * was observed. A score is minus the sum of the flipped differences, which orders vectors as their
 * sums do, so that the score of vector 0 is exactly zero.
 */
final class SignFlips {
    private static final RandomGeneratorFactory<RandomGenerator> RANDOM =
            RandomGeneratorFactory.of("L64X128MixRandom");

    /**
     * So little below 1 that the order of sums is that of the differences themselves, but where
     * those tie: then many equal differences count for more than a few large ones. Any other odd
     * function keeps the test exact; without it, accuracies on a small test set leave much of the
     * error unspent.
     */
    private static final double POWER = 0.9999;

    private final boolean enumerates;
    private double[] scores = {0};
    private double magnitude;
    private int seeds;

    SignFlips(GroupSequential design) {
        enumerates = design.enumerates();
        if (!enumerates) {
            scores = new double[design.vectors(1)];
        }
    }

    /** Adds the difference of the next seed. */
    void add(double difference) {
        double gain = Math.copySign(StrictMath.pow(Math.abs(difference), POWER), difference);
        magnitude += Math.abs(gain);
        if (enumerates) {
            int half = scores.length;
            scores = Arrays.copyOf(scores, 2 * half);
            for (int v = 0; v < half; v++) {
                scores[half + v] = scores[v] - gain;
            }
        } else {
            // A column of signs by seed number: the same however many seeds follow.
            RandomGenerator random = RANDOM.create(seeds);
            long bits = random.nextLong() & ~1L;
            for (int v = 0; v < scores.length; v++) {
                if (v > 0 && v % Long.SIZE == 0) {
                    bits = random.nextLong();
                }
                if ((bits >>> v & 1) == 1) {
                    scores[v] -= gain;
                }
            }
        }
        seeds++;
    }

    /** The score of each vector. The array is the live one. */
    double[] scores() {
        return scores;
    }

    /**
     * Scores no further apart are ties. Decimal fractions such as accuracies have ties that
     * rounding would break, which would make a vector look rarer than it is.
     */
    double tolerance() {
        return 1e-10 * magnitude;
    }
}
