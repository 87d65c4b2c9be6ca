package dev.retort.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.planning.inference.Bandwidth.Rate;

import org.junit.jupiter.api.Test;

class RateProbeTest {
    private static final double PART_BYTES = 256 << 10;

    @Test
    void aRateIsThatOfTheWorkBesideItsCalls() {
        assertEquals(
                new Rate(12 * PART_BYTES, 12 * PART_BYTES / 8e-5), RateProbe.rate(12, 9e-5, 1e-5));
    }

    @Test
    void callsThatTakeAllTheTimeLeaveARate() {
        Rate half = new Rate(PART_BYTES, PART_BYTES / 5e-6);
        assertEquals(half, RateProbe.rate(1, 1e-5, 1e-5));
        assertEquals(half, RateProbe.rate(1, 1e-5, 3e-5));
    }
}
