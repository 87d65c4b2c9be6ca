package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.efficiency.Intervals.Interval;

import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

class IntervalsTest {
    @Test
    void everyNanosecondIsFreshOnce() {
        for (long seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Intervals intervals = new Intervals();
            BitSet covered = new BitSet();
            for (int i = 0; i < 30; i++) {
                int from = random.nextInt(100);
                int to = from + random.nextInt(-2, 20);
                BitSet fresh = new BitSet();
                for (Interval part : intervals.add(from, to)) {
                    fresh.set((int) part.from(), (int) part.to());
                }
                BitSet expected = new BitSet();
                if (to > from) {
                    expected.set(from, to);
                }
                expected.andNot(covered);
                assertEquals(expected, fresh, "seed " + seed);
                covered.or(expected);
            }
        }
    }

    @Test
    void partsAreInOrder() {
        Intervals intervals = new Intervals();
        intervals.add(10, 20);
        intervals.add(30, 40);
        assertEquals(
                List.of(new Interval(5, 10), new Interval(20, 30), new Interval(40, 45)),
                intervals.add(5, 45));
    }
}
