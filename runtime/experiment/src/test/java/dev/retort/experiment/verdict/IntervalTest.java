package dev.retort.experiment.verdict;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Direction;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

class IntervalTest {
    private static final Claim CLAIM = Claim.increases("score", 0.853);

    private static PairedSeeds drawn(int n, double effect, Samples samples, SplittableRandom r) {
        List<PairedSeeds.Pair> pairs = new ArrayList<>();
        double[] gains = samples.draw(n, r);
        for (int i = 0; i < n; i++) {
            pairs.add(new PairedSeeds.Pair(i, effect + gains[i], 0));
        }
        return new PairedSeeds(pairs);
    }

    @Test
    void agreesWithTheDecision() {
        SplittableRandom random = new SplittableRandom(1);
        for (Design design : new Design[] {GroupSequential.usual(), new OpenEnded()}) {
            for (int trial = 0; trial < 60; trial++) {
                PairedSeeds pairs = drawn(10, trial % 3 * 0.5, Samples.NORMAL, random);
                Verdict verdict = Judge.judge(CLAIM, design, pairs);
                Interval interval = verdict.interval().orElseThrow();
                if (verdict.outcome() == Outcome.CONFIRMED) {
                    assertTrue(interval.low() >= 0, verdict.reason());
                }
                if (verdict.outcome() == Outcome.REFUTED) {
                    assertTrue(interval.high() <= CLAIM.smallestEffect() + 1e-6, verdict.reason());
                }
                if (verdict.outcome() == Outcome.INCONCLUSIVE) {
                    assertTrue(interval.contains(1e-6), verdict.reason());
                    assertTrue(interval.contains(CLAIM.smallestEffect()), verdict.reason());
                }
            }
        }
    }

    @Test
    @Tag("slow")
    void holdsTheEffectAsOftenAsItSaysWhereverOneStops() {
        int trials = 2_000;
        for (Samples samples : new Samples[] {Samples.NORMAL, Samples.HEAVY_TAILED}) {
            SplittableRandom random = new SplittableRandom(2);
            int below = 0;
            int above = 0;
            double effect = 0.4;
            for (int trial = 0; trial < trials; trial++) {
                PairedSeeds all = drawn(14, effect, samples, random);
                double[] gains = all.gains(Direction.HIGHER_IS_BETTER);
                Rejection rejection = Rejection.of(GroupSequential.usual(), CLAIM.alpha());
                int stop = rejection.at(gains).orElse(14);
                PairedSeeds seen = new PairedSeeds(all.pairs().subList(0, stop));
                Interval interval =
                        Judge.judge(CLAIM, GroupSequential.usual(), seen).interval().orElseThrow();
                below += effect < interval.low() ? 1 : 0;
                above += effect > interval.high() ? 1 : 0;
            }
            // Each end has an error of at most 5 %; 0.05 plus three standard errors.
            assertTrue(below <= 0.0646 * trials, samples + " " + below);
            assertTrue(above <= 0.0646 * trials, samples + " " + above);
        }
    }
}
