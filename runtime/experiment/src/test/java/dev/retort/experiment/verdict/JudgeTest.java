package dev.retort.experiment.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Direction;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;

class JudgeTest {
    private static final Claim CLAIM = Claim.increases("accuracy", 0.01);
    private static final GroupSequential USUAL = GroupSequential.usual();

    private static PairedSeeds pairs(double... gains) {
        List<PairedSeeds.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < gains.length; i++) {
            pairs.add(new PairedSeeds.Pair(100 + i, gains[i], 0));
        }
        return new PairedSeeds(pairs);
    }

    private static double[] same(int n, double gain) {
        double[] gains = new double[n];
        java.util.Arrays.fill(gains, gain);
        return gains;
    }

    private static String message(Runnable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    @Test
    void confirmsAtTheFirstLookWhatAllSeedsSay() {
        Verdict verdict =
                Judge.judge(CLAIM, USUAL, pairs(.03, .02, .025, .031, .022, .027, .024, .029));
        assertEquals(Outcome.CONFIRMED, verdict.outcome());
        assertEquals(OptionalInt.of(7), verdict.decidedAt());
        assertEquals(OptionalInt.empty(), verdict.nextLook());
        assertEquals(SeedCount.Answer.FAVOURABLE, verdict.count().answer());
        // Of the seven seeds that decided, as all figures.
        assertEquals(0.179 / 7, verdict.effect(), 1e-15);
        Interval interval = verdict.interval().orElseThrow();
        // By golden.py's functions: the centres at which its enumeration stops to reject.
        assertEquals(0.021, interval.low(), 1e-8);
        assertEquals(0.0305, interval.high(), 1e-8);
        assertEquals(0.9, interval.confidence());
        assertEquals("sign-flip-spending/1", verdict.algorithm());
        assertEquals(
                "accuracy is better at a one-sided alpha of 0.05, decided at seed 7: effect 0.02557"
                        + " (0.02100 to 0.03050 at 90.00 %) where 0.01000 matters, 7 seeds favourable,"
                        + " 0 unfavourable, 0 tied.",
                verdict.reason());
    }

    /** What decides earliest: all differences the same, or each dwarfing those before. */
    private static double[] strongest(Design design, int n) {
        double[] gains = same(n, 1e9);
        for (int i = 0; i < n && design instanceof OpenEnded; i++) {
            gains[i] = Math.pow(1e6, i);
        }
        return gains;
    }

    @Test
    void intervalsDoNotContradictVerdicts() {
        // Strongly drifting: decided at seed 7, and what comes later does not move the figures.
        double[] drift = new double[14];
        java.util.Arrays.fill(drift, 0, 7, 10);
        java.util.Arrays.fill(drift, 7, 14, -10);
        for (Design design : new Design[] {USUAL, new OpenEnded()}) {
            Verdict verdict = Judge.judge(CLAIM, design, pairs(drift));
            assertEquals(Outcome.CONFIRMED, verdict.outcome());
            assertEquals(10, verdict.effect());
            assertTrue(verdict.interval().orElseThrow().low() > 0);
        }
        Verdict open =
                Judge.judge(
                        Claim.increases("score", 1), new OpenEnded(), pairs(3, 1, .5, .3, .2, .1));
        assertEquals(Outcome.INCONCLUSIVE, open.outcome());
        assertTrue(open.interval().orElseThrow().contains(0), open.reason());
        assertTrue(open.interval().orElseThrow().contains(1), open.reason());
        assertThrows(IllegalArgumentException.class, () -> new Interval(1, 0, 0.9));
    }

    @Test
    void neverDecidesFromFewerSeedsThanTheTestSupports() {
        for (double alpha : new double[] {0.2, 0.05, 0.01, 0.001}) {
            for (Design design : new Design[] {USUAL, GroupSequential.upTo(40), new OpenEnded()}) {
                Claim claim = CLAIM.withAlpha(alpha);
                int first = design.firstDecision(alpha);
                assertTrue(StrictMath.scalb(1.0, -first) <= alpha, design + " " + alpha);
                for (int n = 1; n < first; n++) {
                    Verdict verdict = Judge.judge(claim, design, pairs(strongest(design, n)));
                    assertEquals(Outcome.INCONCLUSIVE, verdict.outcome());
                    assertEquals(OptionalInt.of(first), verdict.nextLook());
                    assertTrue(verdict.interval().isEmpty());
                }
                assertEquals(
                        Outcome.CONFIRMED,
                        Judge.judge(claim, design, pairs(strongest(design, first))).outcome());
            }
        }
        assertTrue(
                Judge.judge(CLAIM, USUAL, pairs(same(3, 1)))
                        .reason()
                        .startsWith(
                                "3 of the 7 seeds are there that the first decision on accuracy"
                                        + " needs: effect 1.000 where 0.01000 matters"));
    }

    @Test
    void refutesWhatIsAbsentWorseOrTooSmall() {
        assertEquals(Outcome.REFUTED, Judge.judge(CLAIM, USUAL, pairs(same(7, -0.02))).outcome());
        // Real, but a tenth of what matters: both hypotheses fall at the same seed.
        Verdict small = Judge.judge(CLAIM, USUAL, pairs(same(7, 0.001)));
        assertEquals(Outcome.REFUTED, small.outcome());
        assertEquals(SeedCount.Answer.FAVOURABLE, small.count().answer());
        assertTrue(small.favourable().pValue() <= 0.05);
        assertTrue(
                small.reason()
                        .startsWith(
                                "accuracy is not better by 0.01 or more at a one-sided alpha of"
                                        + " 0.05, decided at seed 7"));
    }

    @Test
    void tiesAndZeroVarianceAreNoSpecialCases() {
        Verdict tied = Judge.judge(CLAIM, USUAL, pairs(same(14, 0)));
        assertEquals(Outcome.REFUTED, tied.outcome());
        assertEquals(SeedCount.Answer.TIED, tied.count().answer());
        assertEquals(1, tied.favourable().pValue());
        assertEquals(1, tied.favourable().eValue());
        assertEquals(new Interval(0, 0, 0.9), tied.interval().orElseThrow());
        Verdict half =
                Judge.judge(CLAIM, USUAL, pairs(.01, 0, .01, 0, -.01, .01, 0, .01, 0, 0, .01));
        assertEquals(Outcome.INCONCLUSIVE, half.outcome());
        assertEquals(SeedCount.Answer.PARTIALLY_FAVOURABLE, half.count().answer());
        assertEquals(new SeedCount(5, 1, 5), half.count());
        assertEquals(
                SeedCount.Answer.UNFAVOURABLE,
                Judge.judge(CLAIM, USUAL, pairs(-.01, 0)).count().answer());
    }

    @Test
    void lessIsBetterForALoss() {
        List<PairedSeeds.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            pairs.add(new PairedSeeds.Pair(i, 0.3, 0.4));
        }
        Claim claim = Claim.decreases("loss", 0.05);
        Verdict verdict = Judge.judge(claim, USUAL, new PairedSeeds(pairs));
        assertEquals(Outcome.CONFIRMED, verdict.outcome());
        assertEquals(0.1, verdict.effect(), 1e-12);
    }

    @Test
    void staysOpenAfterTheLastPlannedSeed() {
        double[] gains = new double[14];
        for (int i = 0; i < gains.length; i++) {
            gains[i] = i % 2 == 0 ? 0.03 : -0.02;
        }
        Verdict verdict = Judge.judge(CLAIM, USUAL, pairs(gains));
        assertEquals(Outcome.INCONCLUSIVE, verdict.outcome());
        assertEquals(OptionalInt.empty(), verdict.nextLook());
        assertTrue(
                verdict.reason()
                        .startsWith("accuracy stays open after the 14 seeds that were planned"));
    }

    @Test
    void scaleAndDirectionDoNotMatter() {
        SplittableRandom random = new SplittableRandom(8);
        for (int trial = 0; trial < 20; trial++) {
            double[] gains = new double[9];
            double[] larger = new double[9];
            for (int i = 0; i < 9; i++) {
                gains[i] = random.nextGaussian() + 0.5;
                larger[i] = 1024 * gains[i];
            }
            Claim claim = Claim.increases("score", 1);
            Claim scaled = Claim.increases("score", 1024);
            Verdict verdict = Judge.judge(claim, USUAL, pairs(gains));
            Verdict other = Judge.judge(scaled, USUAL, pairs(larger));
            assertEquals(verdict.outcome(), other.outcome());
            assertEquals(verdict.decidedAt(), other.decidedAt());
            assertEquals(verdict.favourable().pValue(), other.favourable().pValue());
            assertEquals(verdict, Judge.judge(claim, USUAL, pairs(gains)));
        }
    }

    @Test
    void badInputGetsOneSentence() {
        assertEquals(
                "expected at least one pair of seeds, found none",
                message(() -> Judge.judge(CLAIM, USUAL, pairs())));
        assertEquals(
                "expected at most the 14 seeds that were planned, found 15",
                message(() -> Judge.judge(CLAIM, USUAL, pairs(same(15, 1)))));
        assertEquals(
                "expected a finite metric for every seed, found NaN in the control under seed 7;"
                        + " leaving the seed out would bias the verdict, so register what a run"
                        + " that diverged counts as",
                message(() -> new PairedSeeds.Pair(7, 1, Double.NaN)));
        assertEquals(
                "expected every seed once, found seed 100 twice",
                message(() -> pairs(1).with(new PairedSeeds.Pair(100, 1, 1))));
        assertEquals(
                "expected differences that a double holds, found Infinity",
                message(
                        () ->
                                Judge.judge(
                                        CLAIM,
                                        USUAL,
                                        new PairedSeeds(
                                                List.of(
                                                        new PairedSeeds.Pair(
                                                                1, 1.7e308, -1.7e308))))));
        LinkedHashMap<Long, Double> treatment = new LinkedHashMap<>(Map.of(3L, 0.5));
        assertEquals(
                "expected the same seeds in both arms, found seeds [3] in the treatment alone and"
                        + " [4, 5] in the control alone",
                message(() -> PairedSeeds.join(treatment, Map.of(4L, 1.0, 5L, 1.0))));
        assertEquals(
                "expected a maximum of seeds that supports alpha 0.001, found 9: n seeds show no"
                        + " less than 1/2^n",
                message(
                        () ->
                                Judge.judge(
                                        CLAIM.withAlpha(0.001),
                                        GroupSequential.upTo(9),
                                        pairs(1, 1))));
        assertEquals(
                "expected a smallest effect that matters above 0, found NaN",
                message(() -> Claim.increases("accuracy", Double.NaN)));
        assertEquals(
                "expected an alpha above 0 and at most 0.5, found 0.0",
                message(() -> CLAIM.withAlpha(0)));
        assertEquals(
                "expected a maximum of 2 to 1000 seeds, found 1",
                message(() -> GroupSequential.upTo(1)));
        assertEquals(
                "expected a spending power from 0.5 to 10, found 11.0",
                message(() -> new GroupSequential(9, 11)));
    }

    @Test
    void joinsArmsInTheOrderOfTheTreatment() {
        LinkedHashMap<Long, Double> treatment = new LinkedHashMap<>();
        treatment.put(5L, 0.5);
        treatment.put(2L, 0.25);
        PairedSeeds pairs = PairedSeeds.join(treatment, Map.of(2L, 1.0, 5L, 2.0));
        assertEquals(List.of(5L, 2L), pairs.seeds());
        assertEquals(-0.75, pairs.gains(Direction.HIGHER_IS_BETTER)[1]);
    }
}
