package dev.retort.experiment.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Direction;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

class SelectionTest {
    private static Selection selection(Direction direction, double... scores) {
        LinkedHashMap<String, Double> named = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            named.put("c" + i, scores[i]);
        }
        return new Selection(named, "c0", direction, new TreeSet<>(List.of(1L, 2L, 3L)));
    }

    @Test
    void picksTheBestBesideTheControl() {
        assertEquals("c2", selection(Direction.HIGHER_IS_BETTER, 9, 1, 3, 3).winner());
        assertEquals(-6, selection(Direction.HIGHER_IS_BETTER, 9, 1, 3, 3).gain());
        assertEquals("c1", selection(Direction.LOWER_IS_BETTER, 0.5, 0.25, 0.75).winner());
        assertEquals(0.25, selection(Direction.LOWER_IS_BETTER, 0.5, 0.25, 0.75).gain());
    }

    @Test
    void freshSeedsAreFreshAndTheSameEachTime() {
        Selection selection = selection(Direction.HIGHER_IS_BETTER, 1, 2);
        List<Long> fresh = selection.freshSeeds(50, 9);
        assertEquals(50, new TreeSet<>(fresh).size());
        assertTrue(Collections.disjoint(fresh, selection.seeds()));
        assertEquals(fresh.subList(0, 10), selection.freshSeeds(10, 9));
        Selection blocked =
                new Selection(
                        selection.scores(),
                        "c0",
                        Direction.HIGHER_IS_BETTER,
                        new TreeSet<>(fresh.subList(0, 10)));
        assertEquals(fresh.subList(10, 20), blocked.freshSeeds(10, 9));
    }

    @Test
    void aRerunShowsWhatTheChoiceOverstated() {
        SplittableRandom random = new SplittableRandom(4);
        double inflation = 0;
        int trials = 400;
        Claim claim = Claim.increases("score", 1);
        for (int trial = 0; trial < trials; trial++) {
            // Sixteen candidates like the control, each scored once.
            double[] scores = new double[17];
            for (int i = 1; i < scores.length; i++) {
                scores[i] = random.nextGaussian();
            }
            Selection selection = selection(Direction.HIGHER_IS_BETTER, scores);
            List<PairedSeeds.Pair> pairs = new ArrayList<>();
            for (long seed : selection.freshSeeds(4, trial)) {
                pairs.add(new PairedSeeds.Pair(seed, random.nextGaussian(), 0));
            }
            PairedSeeds fresh = new PairedSeeds(pairs);
            double effect = Judge.judge(claim, GroupSequential.usual(), fresh).effect();
            inflation += selection.inflation(effect) / trials;
        }
        // The expected maximum of 16 standard normal values is 1.766; four standard errors 0.14.
        assertEquals(1.766, inflation, 0.14);
    }

    @Test
    void refusesWhatCannotBeCompared() {
        assertThrows(
                IllegalArgumentException.class,
                () -> selection(Direction.HIGHER_IS_BETTER, Double.NaN, 2));
        assertThrows(
                IllegalArgumentException.class, () -> selection(Direction.HIGHER_IS_BETTER, 1));
    }
}
