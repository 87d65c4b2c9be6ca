package dev.retort.device.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Random;

class CumulativeCounterTest {
    private static final long SECOND = 1_000_000_000;

    /** Whatever the steps, the total is the truth, as long as no step can hide a whole turn. */
    @Test
    void wrapsAreTakenOutOfAnyWalk() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            long range = 1000 + random.nextLong(1_000_000);
            double mostPerSecond = range / 4.0;
            CumulativeCounter counter =
                    CumulativeCounter.wrapping(0.5, (double) range, mostPerSecond);
            long truth = random.nextLong(range);
            long start = truth;
            long now = random.nextLong(SECOND);
            assertTrue(counter.advance(truth % range, now));
            for (int step = 0; step < 50; step++) {
                long nanos = 1 + random.nextLong(4 * SECOND - 1_000_000);
                now += nanos;
                truth += (long) (random.nextDouble() * mostPerSecond * nanos / SECOND);
                assertTrue(counter.advance(truth % range, now), "round " + round);
                assertEquals((truth - start) * 0.5, counter.total(), 1e-6, "round " + round);
            }
            assertEquals(0, counter.gaps());
        }
    }

    @Test
    void aTimeThatCanHideATurnIsUnknownAndCountingGoesOn() {
        CumulativeCounter counter = CumulativeCounter.wrapping(1, 1000, 100);
        counter.advance(10, 0);
        assertTrue(counter.advance(500, 9 * SECOND));
        assertFalse(counter.advance(600, 19 * SECOND), "10 s at 100 per second are a turn");
        assertTrue(counter.advance(700, 20 * SECOND));
        assertEquals(590, counter.total());
        assertEquals(1, counter.gaps());
    }

    @Test
    void aRestartIsNoWrap() {
        CumulativeCounter counter = CumulativeCounter.wrapping(1, 1_000_000, 100);
        counter.advance(500_000, 0);
        assertFalse(counter.advance(0, SECOND), "a wrap would be 500,000 counts in a second");
        assertTrue(counter.advance(90, 2 * SECOND));
        assertEquals(90, counter.total());
    }

    @Test
    void aCounterOf64BitsThatGoesBackWasRestarted() {
        CumulativeCounter counter = CumulativeCounter.endless(2);
        counter.advance(Long.MAX_VALUE - 10, 0);
        assertTrue(counter.advance(Long.MAX_VALUE - 4, SECOND));
        assertFalse(counter.advance(3, 2 * SECOND));
        assertTrue(counter.advance(8, 3 * SECOND));
        assertEquals(22, counter.total());
        assertEquals(1, counter.gaps());
    }

    @Test
    void aCounterThatMayGoBackHolds() {
        CumulativeCounter counter = CumulativeCounter.holding(1);
        counter.advance(100, 0);
        assertTrue(counter.advance(110, 1));
        assertTrue(counter.advance(105, 2));
        assertEquals(10, counter.total());
        assertTrue(counter.advance(112, 3));
        assertEquals(12, counter.total());
        assertEquals(0, counter.gaps());
    }
}
