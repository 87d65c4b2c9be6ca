package dev.retort.device.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BackOffTest {
    private static final long TICK = 1_000_000;
    private final BackOff backOff = new BackOff(0.01, 0.05, 0);
    private long now;

    /** Ten ticks of 1 ms that cost a share of it; returns whether the last changed the stretch. */
    private boolean judge(double cpuShare, double driverShare) {
        boolean changed = false;
        for (int i = 0; i < BackOff.TICKS; i++) {
            assertFalse(changed, "one slow tick alone changes nothing");
            now += TICK;
            changed = backOff.ticked((long) (TICK * cpuShare), (long) (TICK * driverShare), now);
        }
        return changed;
    }

    @Test
    void doublesAboveEitherLimitAndHalvesWellBelowBoth() {
        assertFalse(judge(0.01, 0.05), "the limits themselves are kept");
        assertTrue(judge(0.011, 0));
        assertEquals(2, backOff.stretch());
        assertEquals(0.011, backOff.cpuShare(), 1e-9);
        assertTrue(judge(0, 0.051));
        assertEquals(4, backOff.stretch());
        assertFalse(judge(0.005, 0), "half of a limit would be all of it at twice the rate");
        assertFalse(judge(0, 0.02));
        assertTrue(judge(0.002, 0.01));
        assertEquals(2, backOff.stretch());
        assertTrue(judge(0, 0));
        assertFalse(judge(0, 0));
        assertEquals(1, backOff.stretch());
    }

    @Test
    void stretchesNoFurtherThanTheMost() {
        for (int i = 0; i < 20; i++) {
            judge(1, 1);
        }
        assertEquals(BackOff.MOST_STRETCH, backOff.stretch());
    }
}
