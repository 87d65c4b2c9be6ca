package dev.retort.experiment.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * The guarantee, without any sampling error: given magnitudes, all sign vectors are equally
 * probable under the null hypothesis, so counting those that are rejected gives the error.
 */
class ExactnessTest {
    private static final int SEEDS = 9;
    private static final List<Samples> KINDS = List.of(Samples.values());

    private static double[] flipped(double[] gains, int signs) {
        double[] flipped = gains.clone();
        for (int i = 0; i < flipped.length; i++) {
            flipped[i] *= (signs >>> i & 1) == 1 ? -1 : 1;
        }
        return flipped;
    }

    @Test
    void rejectsExactlyWhatMayBeSpent() {
        SplittableRandom random = new SplittableRandom(1);
        for (double alpha : new double[] {0.05, 0.1}) {
            GroupSequential design = new GroupSequential(SEEDS, 1.5);
            double size = 0;
            double spent = 0;
            for (int look : design.looks(alpha)) {
                size +=
                        StrictMath.scalb(
                                design.budget(alpha, spent, design.share(look), look), -look);
                spent = design.share(look);
            }
            assertTrue(size <= alpha);
            SequentialSignFlips test = new SequentialSignFlips(design, alpha);
            for (Samples samples : Samples.values()) {
                double[] gains = samples.draw(SEEDS, random);
                int rejected = 0;
                for (int signs = 0; signs < 1 << SEEDS; signs++) {
                    boolean yes = test.rejectedAt(flipped(gains, signs), alpha).isPresent();
                    rejected += yes ? 1 : 0;
                }
                double error = StrictMath.scalb((double) rejected, -SEEDS);
                if (samples == Samples.TIED) {
                    assertTrue(error <= size, () -> samples + " " + error);
                } else {
                    assertEquals(size, error, samples.toString());
                }
            }
        }
    }

    @Test
    void pValuesAreNoMoreOftenSmallThanTheySay() {
        SplittableRandom random = new SplittableRandom(2);
        SequentialSignFlips test = new SequentialSignFlips(new GroupSequential(SEEDS, 1.5), 0.05);
        for (Samples samples : new Samples[] {Samples.NORMAL, Samples.CAUCHY, Samples.TIED}) {
            double[] gains = samples.draw(SEEDS, random);
            double[] p = new double[1 << SEEDS];
            for (int signs = 0; signs < p.length; signs++) {
                p[signs] = test.pValue(flipped(gains, signs), 0.05);
            }
            Arrays.sort(p);
            for (int i = 0; i < p.length; i++) {
                double share = (double) (i + 1) / p.length;
                assertTrue(p[i] == 1 || share <= p[i], samples + " " + share + " " + p[i]);
            }
        }
    }

    @Test
    void whatALevelRejectsAHigherOneRejectsNoLater() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 300; trial++) {
            SequentialSignFlips test = new SequentialSignFlips(GroupSequential.usual(), 0.05);
            double[] gains = KINDS.get(trial % KINDS.size()).draw(10, random);
            double shift = random.nextDouble();
            double[] shifted = Arrays.stream(gains).map(g -> g + shift).toArray();
            int before = Integer.MAX_VALUE;
            for (double level = 1e-3; level < 1; level *= 1.7) {
                int at = test.rejectedAt(shifted, level).orElse(Integer.MAX_VALUE);
                assertTrue(at <= before, "level " + level + " in trial " + trial);
                before = at;
            }
        }
    }

    @Test
    void betsAreFairAtEveryStop() {
        SplittableRandom random = new SplittableRandom(4);
        for (Samples samples : Samples.values()) {
            double[] gains = samples.draw(SEEDS, random);
            double kept = 0;
            double stopped = 0;
            for (int signs = 0; signs < 1 << SEEDS; signs++) {
                double[] seen = flipped(gains, signs);
                kept += SymmetricBet.wealth(seen, SEEDS);
                int n = 1;
                while (n < SEEDS && SymmetricBet.wealth(seen, n) < 2) {
                    n++;
                }
                stopped += SymmetricBet.wealth(seen, n);
            }
            assertEquals(1, StrictMath.scalb(kept, -SEEDS), 1e-12, samples.toString());
            assertEquals(1, StrictMath.scalb(stopped, -SEEDS), 1e-12, samples.toString());
        }
    }

    /** The share of sign vectors whose sum is at least the observed one. */
    private static double tail(GroupSequential design, double[] gains) {
        SignFlips flips = new SignFlips(design);
        for (double gain : gains) {
            flips.add(gain);
        }
        double[] scores = flips.scores();
        return (double) Arrays.stream(scores).filter(score -> score >= 0).count() / scores.length;
    }

    @Test
    void randomVectorsAgreeWithAllVectors() {
        SplittableRandom random = new SplittableRandom(5);
        for (int trial = 0; trial < 20; trial++) {
            double shift = trial / 20.0;
            double[] gains =
                    Arrays.stream(Samples.NORMAL.draw(12, random)).map(g -> g + shift).toArray();
            double all = tail(GroupSequential.upTo(12), gains);
            double drawn = tail(GroupSequential.upTo(100), gains);
            assertEquals(all, drawn, 4.5 * Math.sqrt(all / (1 << GroupSequential.ENUMERATED)));
        }
    }

    @Test
    @Tag("slow")
    void randomVectorsKeepTheError() {
        GroupSequential design = GroupSequential.upTo(18);
        SplittableRandom random = new SplittableRandom(7);
        SequentialSignFlips test = new SequentialSignFlips(design, 0.1);
        int claims = 500;
        int rejected = 0;
        for (int claim = 0; claim < claims; claim++) {
            double[] gains = Samples.HEAVY_TAILED.draw(18, random);
            rejected += test.rejectedAt(gains, 0.1).isPresent() ? 1 : 0;
        }
        // Three standard deviations of a share of 0.1, and not so few that it does nothing.
        assertTrue(rejected <= 70 && rejected >= 20, rejected + " of " + claims);
    }

    @Test
    void seedsToComeDoNotChangeADecision() {
        SplittableRandom random = new SplittableRandom(6);
        for (Design design :
                new Design[] {GroupSequential.usual(), GroupSequential.upTo(20), new OpenEnded()}) {
            for (int trial = 0; trial < 10; trial++) {
                double[] gains =
                        Arrays.stream(Samples.NORMAL.draw(14, random)).map(g -> g + 1).toArray();
                Rejection rejection = Rejection.of(design, 0.05);
                OptionalInt decided = rejection.at(gains);
                for (int n = 1; n <= 14; n++) {
                    OptionalInt at = rejection.at(Arrays.copyOf(gains, n));
                    assertEquals(
                            decided.orElse(99) <= n ? decided : OptionalInt.empty(),
                            at,
                            design + " after " + n);
                }
            }
        }
    }
}
