package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Only time in which somebody looked counts. */
final class WatchdogTest {
    private static final long SECOND = 1_000_000_000L;

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(1), 0);

    @Test
    void silenceIsCountedFromTheLastChange() {
        assertEquals(0, look(1, 7));
        assertEquals(1, look(2, 7));
        assertEquals(2, look(3, 7));
        assertEquals(0, look(4, 8));
        assertEquals(1, look(5, 8));
    }

    @Test
    void aPauseOfWhoLooksCountsAsTwoLooks() {
        assertEquals(0, look(1, 7));
        assertEquals(2, look(3601, 7));
        assertEquals(3, look(3602, 7));
        assertEquals(0, look(7202, 8));
    }

    private long look(long seconds, long count) {
        return watchdog.silentNanos(count, seconds * SECOND) / SECOND;
    }
}
