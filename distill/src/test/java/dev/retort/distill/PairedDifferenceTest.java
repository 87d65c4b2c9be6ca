package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertEquals(Verdict.BEATS, difference.verdict());
    }

    @Test
    void saysNoMoreThanTheTestsAllow() {
        assertEquals(Verdict.INCONCLUSIVE, PairedDifference.of(10).verdict());
        assertEquals(Verdict.INCONCLUSIVE, PairedDifference.of(1, -1, 2).verdict());
        assertEquals(Verdict.WORSE, PairedDifference.of(-3, -3.1, -2.9).verdict());
        assertEquals(Verdict.TIES, PairedDifference.of(0.001, -0.001, 0.0005).verdict());
        assertEquals(Verdict.INCONCLUSIVE, PairedDifference.of(0.01, 0.01).verdict());
        assertThrows(IllegalArgumentException.class, () -> PairedDifference.of());
    }

    /** Shares of 450 samples, of which one sample more is not the same double everywhere. */
    @Test
    void takesNoRoundingForASpread() {
        for (int k = 1; k < 440; k++) {
            double[] oneMore = {(k + 1) / 450.0 - k / 450.0, (k + 11) / 450.0 - (k + 10) / 450.0};
            PairedDifference difference = PairedDifference.of(oneMore);
            assertTrue(difference.deviation().isEmpty(), "at " + k);
            assertEquals(Verdict.INCONCLUSIVE, difference.verdict(), "at " + k);
        }
        PairedDifference none = PairedDifference.of(0.1 + 0.2 - 0.3, 0.1 + 0.2 - 0.3);
        assertTrue(none.deviation().isEmpty());
    }

    /** An interval of no width would claim to know the mean exactly, from two seeds. */
    @Test
    void takesNothingFromDifferencesThatAreAllTheSame() {
        for (double[] same : new double[][] {{0, 0}, {0, 0, 0}, {0.02, 0.02}, {-0.02, -0.02}}) {
            PairedDifference difference = PairedDifference.of(same);
            assertTrue(difference.interval().isEmpty());
            assertTrue(difference.equivalenceInterval().isEmpty());
            assertTrue(difference.pValue().isEmpty());
            assertEquals(Verdict.INCONCLUSIVE, difference.verdict());
        }
    }

    @Test
    void aTieLiesWithinTheMarginWithItsWholeNinetyPercentInterval() {
        PairedDifference difference = PairedDifference.of(0.004, -0.002, 0.003, -0.001, 0.001);
        // t(0.95, 4) = 2.131846786; mean 0.001, standard error sqrt(6.5e-6 / 5).
        double high = 0.001 + 2.131846786326649 * Math.sqrt(6.5e-6 / 5);
        assertEquals(high, difference.equivalenceInterval().orElseThrow().high(), 1e-9);
        assertEquals(Verdict.TIES, difference.withMargin(high + 1e-9).verdict());
        assertEquals(Verdict.INCONCLUSIVE, difference.withMargin(high - 1e-9).verdict());
        assertThrows(IllegalArgumentException.class, () -> difference.withMargin(0));
    }

    /** Values of scipy.stats.ttest_1samp. */
    @Test
    void pValueIsThatOfThePairedTest() {
        assertEquals(0.0132356, PairedDifference.of(1, 2, 3, 4, 5).pValue().orElseThrow(), 1e-6);
        assertEquals(0.5285955, PairedDifference.of(1, -1, 2).pValue().orElseThrow(), 1e-6);
        assertEquals(1, PairedDifference.of(1, -1).pValue().orElseThrow(), 1e-12);
        assertTrue(PairedDifference.of(1).pValue().isEmpty());
    }

    @Test
    void saysWhatSoManyPairsCouldHaveShown() {
        PairedDifference difference = PairedDifference.of(0.01, -0.01, 0.02, -0.02, 0);
        double deviation = Math.sqrt(0.001 / 4);
        double detectable = difference.detectable().orElseThrow();
        assertEquals(0.8, PairedPower.ofTest(5, detectable / deviation), 1e-6);
        int needed = 5 + difference.furtherPairs().orElseThrow();
        assertTrue(PairedPower.ofTest(needed, 0.01 / deviation) >= 0.8);
        assertTrue(PairedPower.ofEquivalence(needed, 0.01 / deviation) >= 0.8);
        assertTrue(
                PairedPower.ofTest(needed - 1, 0.01 / deviation) < 0.8
                        || PairedPower.ofEquivalence(needed - 1, 0.01 / deviation) < 0.8);
        assertEquals(0, difference.withMargin(1).furtherPairs().orElseThrow());
        assertTrue(difference.withMargin(1e-6).furtherPairs().isEmpty());
    }

    @Test
    void callsATieWhereThereIsADifferenceOfTheMarginNoMoreOftenThanItsLevel() {
        SplittableRandom random = new SplittableRandom(6);
        int ties = 0;
        int trials = 20_000;
        for (int i = 0; i < trials; i++) {
            double[] sample = new double[5];
            for (int j = 0; j < 5; j++) {
                sample[j] = 2 + random.nextGaussian();
            }
            if (PairedDifference.of(sample).withMargin(2).verdict() == Verdict.TIES) {
                ties++;
            }
        }
        assertTrue(ties <= (0.05 + 0.0062) * trials, ties + " ties");
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
