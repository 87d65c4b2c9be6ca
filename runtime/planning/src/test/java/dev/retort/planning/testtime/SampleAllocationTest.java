package dev.retort.planning.testtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class SampleAllocationTest {
    private static int sum(SampleAllocation allocation) {
        return allocation.samples().stream().mapToInt(each -> each).sum();
    }

    @Test
    void allocationByDifficultyBeatsUniformAndIsOptimal() {
        List<DifficultyPrior> difficulties =
                List.of(
                        new DifficultyPrior(20, 2),
                        new DifficultyPrior(3, 3),
                        new DifficultyPrior(1, 20));
        SampleAllocation allocation = SampleAllocation.of(difficulties, 30);
        assertEquals(30, sum(allocation));
        assertTrue(allocation.samples().get(2) > allocation.samples().get(1));
        assertTrue(allocation.samples().get(1) > allocation.samples().get(0));
        assertTrue(allocation.coverage() > allocation.uniform());
        // So many samples of each solve as much.
        double each = allocation.uniformBudget().orElseThrow() / 3;
        assertTrue(each > 10);
        assertEquals(
                allocation.coverage(),
                difficulties.stream().mapToDouble(d -> d.coverage(each)).average().orElseThrow(),
                1e-9);
        // No other split of 30 is better.
        double best = 0;
        for (int i = 0; i <= 30; i++) {
            for (int j = 0; i + j <= 30; j++) {
                best =
                        Math.max(
                                best,
                                (difficulties.get(0).coverage(i)
                                                + difficulties.get(1).coverage(j)
                                                + difficulties.get(2).coverage(30 - i - j))
                                        / 3);
            }
        }
        assertEquals(best, allocation.coverage(), 1e-12);
    }

    @Test
    void theSamplesThatTellTheDifficultyAreCharged() {
        ResultTable table = TestTimeTest.table(9, 600, 64);
        SampleAllocation allocation = SampleAllocation.heldOut(table, 8, 9000);
        assertEquals(9000, sum(allocation));
        assertTrue(allocation.samples().stream().allMatch(each -> each >= 8));
        assertEquals(table.passAtK(15).estimate(), allocation.uniform(), 1e-9);
        Interval gain = allocation.gain().orElseThrow();
        assertEquals(allocation.coverage() - allocation.uniform(), gain.estimate(), 1e-12);
        assertTrue(gain.low() > 0, gain.toString());
        // Spread evenly, so many samples solve as much: more than the budget, and a part of one.
        double each = allocation.uniformBudget().orElseThrow() / 600;
        assertTrue(each > 15);
        int whole = (int) each;
        assertTrue(table.passAtK(whole).estimate() <= allocation.coverage());
        assertTrue(table.passAtK(whole + 1).estimate() >= allocation.coverage());
    }

    /** Four problems that the first two samples solve, and two that a later one solves. */
    private static ResultTable known() {
        List<Sample> samples = new ArrayList<>();
        for (int p = 0; p < 6; p++) {
            for (int i = 0; i < 6; i++) {
                samples.add(Sample.of("p" + p, p < 4 ? i % 2 == 0 : i == 4));
            }
        }
        return ResultTable.of(samples);
    }

    @Test
    void whatIsSolvedGetsNoFurtherSamples() {
        SampleAllocation allocation = SampleAllocation.heldOut(known(), 2, 18);
        assertEquals(List.of(2, 2, 2, 2, 5, 5), allocation.samples());
        // Of the four that are left of a hard problem three are drawn, and one of them is right.
        assertEquals((4 + 2 * 0.75) / 6, allocation.coverage(), 1e-12);
        // Three of six samples each: 1 − 1/20, and 1/2.
        assertEquals((4 * 0.95 + 2 * 0.5) / 6, allocation.uniform(), 1e-12);
        // The hard ones have no more: less is spent than the budget allows, and compared with that.
        SampleAllocation all = SampleAllocation.heldOut(known(), 2, 36);
        assertEquals(List.of(2, 2, 2, 2, 6, 6), all.samples());
        assertEquals(1, all.coverage());
        double part = 20 / 6.0 - 3;
        assertEquals((4 * (0.95 + part * 0.05) + 2 * (0.5 + part / 6)) / 6, all.uniform(), 1e-9);
        assertEquals(36, all.uniformBudget().orElseThrow(), 1e-6);
    }

    @Test
    void budgetsThatDoNotPayForTheFirstSamplesAreRefused() {
        ResultTable table = TestTimeTest.table(9, 20, 16);
        assertEquals(
                "expected a budget above the 80 samples that tell the difficulty, up to the 320 that there are, found 80",
                assertThrows(PlanningException.class, () -> SampleAllocation.heldOut(table, 4, 80))
                        .getMessage());
        assertThrows(PlanningException.class, () -> SampleAllocation.heldOut(table, 4, 321));
        assertThrows(PlanningException.class, () -> SampleAllocation.heldOut(table, 16, 300));
    }
}
