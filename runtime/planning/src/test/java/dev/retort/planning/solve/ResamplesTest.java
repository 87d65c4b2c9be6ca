package dev.retort.planning.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.FitObserver;
import dev.retort.planning.Interval;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

class ResamplesTest {
    /** The location of a sample. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Location(double[] sample) implements ResidualModel {
        @Override
        public int points() {
            return sample.length;
        }

        @Override
        public int parameters() {
            return 1;
        }

        @Override
        public void evaluate(double[] x, double[] residuals, double[] jacobian) {
            for (int i = 0; i < sample.length; i++) {
                residuals[i] = x[0] - sample[i];
                jacobian[i] = 1;
            }
        }
    }

    private static Resamples resamples(int[] clusters, long seed) {
        Random random = new Random(1);
        double[] sample = random.doubles(clusters.length, 1, 2).toArray();
        double[] best = {Arrays.stream(sample).average().orElseThrow()};
        return Resamples.of(
                new Location(sample), 1e3, List.of(best), clusters, 400, seed, FitObserver.NONE);
    }

    private static int[] single(int count) {
        return IntStream.range(0, count).toArray();
    }

    @Test
    void quantilesInterpolate() {
        // numpy.quantile([1, 2, 4, 8], q), method "linear"
        double[] sorted = {1, 2, 4, 8};
        assertEquals(1, Resamples.quantile(sorted, 0));
        assertEquals(1.75, Resamples.quantile(sorted, 0.25), 1e-15);
        assertEquals(3, Resamples.quantile(sorted, 0.5), 1e-15);
        assertEquals(8, Resamples.quantile(sorted, 1));
    }

    @Test
    void aSeedGivesTheSameReplicatesOnAnyNumberOfThreads() throws Exception {
        Resamples here = resamples(single(50), 7);
        try (ForkJoinPool pool = new ForkJoinPool(1)) {
            Resamples there = pool.submit(() -> resamples(single(50), 7)).get();
            assertArrayEquals(here.replicates(), there.replicates());
        }
        Resamples other = resamples(single(50), 8);
        assertTrue(here.replicates()[0][0] != other.replicates()[0][0]);
    }

    @Test
    void theIntervalOfAnIncreasingFunctionIsTheFunctionOfTheInterval() {
        Resamples resamples = resamples(single(60), 3);
        Interval plain = resamples.interval(x -> x[0], 0.9);
        Interval curved = resamples.interval(x -> Math.exp(3 * x[0]), 0.9);
        // The acceleration alone depends on the scale, and little.
        assertEquals(Math.exp(3 * plain.low()), curved.low(), 0.02 * curved.low());
        assertEquals(Math.exp(3 * plain.high()), curved.high(), 0.02 * curved.high());
        assertTrue(plain.contains(plain.estimate()));
    }

    @Test
    void theBootstrapOfAMeanHasItsStandardError() {
        Resamples resamples = resamples(single(100), 5);
        double sigma = Math.sqrt(resamples.covariance(java.util.List.of(x -> x[0]))[0][0]);
        // Of a uniform distribution of width 1.
        assertEquals(Math.sqrt(1 / 12.0 / 100), sigma, 0.15 * sigma);
    }

    @Test
    void clustersStayTogether() {
        int[] pairs = IntStream.range(0, 100).map(i -> i / 50).toArray();
        Resamples resamples = resamples(pairs, 5);
        long values =
                Arrays.stream(resamples.replicates())
                        .map(x -> Math.round(x[0] * 1e9))
                        .distinct()
                        .count();
        // Two clusters drawn twice: one of them twice, the other twice, or both.
        assertEquals(3, values);
        assertEquals(2, resamples.jackknife().length);
    }
}
