package dev.retort.experiment.verdict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.verdict.Family.Correction;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

class FamilyTest {
    private static final double[] P = {0.01, 0.04, 0.03, 0.005, 0.5};

    @Test
    void adjustsAsPublished() {
        // As statsmodels' multipletests and R's p.adjust give them.
        assertArrayEquals(new double[] {0.04, 0.09, 0.09, 0.025, 0.5}, Family.holm(P), 1e-15);
        assertArrayEquals(new double[] {0.025, 0.05, 0.05, 0.025, 0.5}, Family.stepUp(P), 1e-15);
        assertArrayEquals(new double[0], Family.holm(new double[0]));
    }

    private static Verdict verdict(Claim claim, Design design, double effect, int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<PairedSeeds.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            pairs.add(new PairedSeeds.Pair(i, effect + random.nextGaussian(), 0));
        }
        return Judge.judge(claim, design, new PairedSeeds(pairs));
    }

    @Test
    void keepsStrongClaimsAndDropsWeakOnes() {
        Claim claim = Claim.increases("score", 1);
        claim = claim.withAlpha(new Family(Correction.HOLM, 0.05).alphaOfEach(6));
        for (Correction correction : Correction.values()) {
            Design design =
                    correction == Correction.E_BENJAMINI_HOCHBERG
                            ? new OpenEnded()
                            : GroupSequential.usual();
            List<Verdict> verdicts = new ArrayList<>();
            verdicts.add(verdict(claim, design, 3, 12, 1));
            for (int i = 0; i < 4; i++) {
                verdicts.add(verdict(claim, design, 0.5, 7, 10 + i));
            }
            verdicts.add(verdict(claim, design, -3, 12, 3));
            List<Family.Member> members = new Family(correction, 0.05).conclude(verdicts);
            assertEquals(Outcome.CONFIRMED, members.getFirst().outcome());
            assertEquals(Outcome.REFUTED, members.getLast().outcome());
            for (int i = 0; i < members.size(); i++) {
                assertEquals(verdicts.get(i), members.get(i).verdict());
                assertTrue(members.get(i).adjusted() <= 1);
            }
        }
    }

    @Test
    void oneOfManyMayNotPass() {
        // Seven favourable seeds of seven decide a claim alone, but not one of twenty.
        Claim claim = Claim.increases("score", 0.1);
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(verdict(claim, GroupSequential.usual(), 6, 7, 1));
        for (int i = 0; i < 19; i++) {
            verdicts.add(verdict(claim, GroupSequential.usual(), 0, 7, 50 + i));
        }
        assertEquals(Outcome.CONFIRMED, verdicts.getFirst().outcome());
        Family family = new Family(Correction.HOLM, 0.05);
        assertEquals(Outcome.INCONCLUSIVE, family.conclude(verdicts).getFirst().outcome());
        assertEquals(0.0025, family.alphaOfEach(20));
        // Judged at that alpha it needs the seeds that it takes.
        assertEquals(10, GroupSequential.usual().firstDecision(family.alphaOfEach(20)));
    }

    @Test
    void whatIsConfirmedAtTheAlphaOfEachSurvives() {
        Claim claim = Claim.increases("score", 1).withAlpha(0.01);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            verdicts.add(verdict(claim, GroupSequential.usual(), i / 1.5, 14, 20 + i));
        }
        for (Correction correction : List.of(Correction.HOLM, Correction.BENJAMINI_HOCHBERG)) {
            List<Family.Member> members = new Family(correction, 0.05).conclude(verdicts);
            for (Family.Member member : members) {
                if (member.verdict().outcome() == Outcome.CONFIRMED) {
                    assertEquals(Outcome.CONFIRMED, member.outcome());
                }
            }
            assertEquals(Outcome.CONFIRMED, members.getLast().outcome());
        }
    }

    /**
     * Three claims with the effect that matters, twelve with a real one that is too small, which
     * are refuted with a small p-value, and fifteen without any: the share of false ones among what
     * is confirmed.
     */
    @Test
    @Tag("slow")
    void theShareOfFalseConfirmationsStaysBelowAlpha() {
        double each = new Family(Correction.HOLM, 0.05).alphaOfEach(30);
        Claim small = Claim.increases("score", 0.5).withAlpha(each);
        Claim large = Claim.increases("score", 6).withAlpha(each);
        int trials = 40;
        for (Design design : List.of(GroupSequential.usual(), new OpenEnded())) {
            double[] share = new double[Correction.values().length];
            int[] confirmed = new int[share.length];
            for (int trial = 0; trial < trials; trial++) {
                List<Verdict> verdicts = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    double effect = i < 3 ? 2 : i < 15 ? 1.5 : 0;
                    Claim claim = i >= 3 && i < 15 ? large : small;
                    verdicts.add(verdict(claim, design, effect, 14, 1_000L * trial + i));
                }
                for (Correction correction : Correction.values()) {
                    List<Family.Member> members = new Family(correction, 0.05).conclude(verdicts);
                    int all = 0;
                    int wrong = 0;
                    for (int i = 0; i < members.size(); i++) {
                        boolean yes = members.get(i).outcome() == Outcome.CONFIRMED;
                        all += yes ? 1 : 0;
                        wrong += yes && i >= 15 ? 1 : 0;
                    }
                    int index = List.of(Correction.values()).indexOf(correction);
                    confirmed[index] += all;
                    share[index] += (double) wrong / Math.max(1, all) / trials;
                }
            }
            for (Correction correction : Correction.values()) {
                int index = List.of(Correction.values()).indexOf(correction);
                System.out.printf(
                        Locale.ROOT,
                        "%s, %s: %d confirmed, share of false ones %.4f%n",
                        design.algorithm(),
                        correction,
                        confirmed[index],
                        share[index]);
                // 0.05 and about two standard errors of 40 families.
                assertTrue(share[index] <= 0.077, correction + " " + share[index]);
                assertTrue(confirmed[index] > 0, correction + " " + confirmed[index]);
            }
        }
    }

    @Test
    void refutedClaimsAreNoDiscoveries() {
        // Real but too small: each has a small p-value, and is refuted.
        Claim claim = Claim.increases("score", 100);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            verdicts.add(verdict(claim, GroupSequential.usual(), 5, 14, 300 + i));
        }
        Claim weak = Claim.increases("score", 0.1);
        Verdict alone = verdict(weak, GroupSequential.usual(), 6, 7, 1);
        verdicts.add(alone);
        assertEquals(Outcome.CONFIRMED, alone.outcome());
        Family family = new Family(Correction.BENJAMINI_HOCHBERG, 0.05);
        assertEquals(Outcome.INCONCLUSIVE, family.conclude(verdicts).getLast().outcome());
        assertEquals(1, family.conclude(verdicts).getFirst().adjusted());
    }

    @Test
    void namesWhatIsWrong() {
        assertThrows(IllegalArgumentException.class, () -> new Family(Correction.HOLM, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Family(Correction.HOLM, 0.05).alphaOfEach(0));
    }
}
