package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.distill.PairedDifference.Finding;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

class PairedDifferenceTest {
    @Test
    void intervalIsStudentsT() {
        PairedDifference difference = PairedDifference.of(1, 2, 3, 4, 5);
        // t(0.975, 4 degrees of freedom) = 2.776445105; standard error = sqrt(2.5 / 5).
        double half = 2.7764451051977987 * Math.sqrt(0.5);
        assertEquals(3, difference.mean());
        assertEquals(3 - half, difference.interval().orElseThrow().low(), 1e-9);
        assertEquals(3 + half, difference.interval().orElseThrow().high(), 1e-9);
        assertEquals(Finding.BETTER, difference.finding());
    }

    @Test
    void saysNoMoreThanTheIntervalAllows() {
        assertEquals(Finding.NOTHING, PairedDifference.of(10).finding());
        assertEquals(Finding.NO_DIFFERENCE_SHOWN, PairedDifference.of(1, -1, 2).finding());
        assertEquals(Finding.WORSE, PairedDifference.of(-3, -3.1, -2.9).finding());
        assertEquals(Finding.NO_DIFFERENCE_SHOWN, PairedDifference.of(0, 0, 0).finding());
        assertEquals(Finding.NOTHING, PairedDifference.of(0.01, 0.01).finding());
        assertThrows(IllegalArgumentException.class, () -> PairedDifference.of());
    }

    @Test
    void coversTheTrueMeanAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(5);
        int covered = 0;
        int trials = 20_000;
        for (int i = 0; i < trials; i++) {
            double[] sample = new double[5];
            for (int j = 0; j < 5; j++) {
                sample[j] = 0.3 + random.nextGaussian();
            }
            PairedDifference.Interval interval =
                    PairedDifference.of(sample).interval().orElseThrow();
            if (interval.low() <= 0.3 && 0.3 <= interval.high()) {
                covered++;
            }
        }
        // Four standard errors of a share of 0.95 in 20,000 trials are 0.0062.
        assertEquals(0.95, (double) covered / trials, 0.0062);
    }
}
