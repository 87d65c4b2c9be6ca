package dev.retort.efficiency.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.OptionalLong;

class ClockTieTest {
    private static final long SECOND = 1_000_000_000;

    private final ClockTie tie = new ClockTie();

    @Test
    void theTightestBoundsOfAMinuteCount() {
        // The origin is at 500 on the host.
        tie.saw(0, 0, Long.MAX_VALUE);
        assertEquals(OptionalLong.empty(), tie.errorNanos(), "nothing has been seen to happen");
        tie.saw(1_000, 1_400, 1_700);
        tie.saw(2_000, 2_490, 2_900);
        assertEquals(490, tie.origin());
        assertEquals(OptionalLong.of(210), tie.errorNanos());
    }

    @Test
    void aLongTimeWithoutEventsForgetsNothing() {
        tie.saw(SECOND, SECOND + 400, SECOND + 600);
        // A region that began before it, an hour long, is read after it.
        tie.saw(-3_599.0 * SECOND, -3_599 * SECOND, SECOND + 700);
        assertEquals(400, tie.origin());
        assertEquals(OptionalLong.of(200), tie.errorNanos());
    }

    @Test
    void clocksThatDriftApartAreTiedAnew() {
        tie.saw(SECOND, SECOND + 400, SECOND + 600);
        // An hour later the origin seems to be a millisecond earlier.
        long later = 3_600 * SECOND;
        tie.saw((double) later, later + 400 - 1_000_000, later + 600 - 1_000_000);
        assertEquals(400 - 1_000_000, tie.origin());
        assertEquals(200, tie.errorNanos().orElseThrow());
        for (int second = 1; second < 200; second++) {
            long at = later + second * SECOND;
            tie.saw((double) at, at + 300 - 1_000_000, at + 700 - 1_000_000);
            assertTrue(tie.errorNanos().orElseThrow() <= 400);
        }
        assertEquals(300 - 1_000_000, tie.origin(), "that of more than a minute before is gone");
    }
}
