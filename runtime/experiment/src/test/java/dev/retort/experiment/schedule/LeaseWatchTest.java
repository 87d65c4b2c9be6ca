package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.store.Heartbeat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** Who is gone, and who only looks so. */
final class LeaseWatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final LeaseWatch watch =
            new LeaseWatch(
                    "me", "here", Duration.ofSeconds(20), Duration.ofSeconds(1), "alive"::equals);

    @Test
    void aDeadProcessOfThisMachineIsGoneAtOnce() {
        assertEquals(List.of("s"), gone(0, "here", "dead", 1));
        assertEquals(List.of(), gone(0, "here", "alive", 1));
        assertEquals(List.of(), gone(0, "there", "dead", 1));
    }

    @Test
    void aCountThatStandsStillForALeaseIsGone() {
        assertEquals(List.of(), gone(0, "there", "p", 5));
        for (int second = 1; second <= 20; second++) {
            assertEquals(List.of(), gone(second, "there", "p", 5));
        }
        assertEquals(List.of("s"), gone(21, "there", "p", 5));
    }

    /** Suspended, or waiting for a store that stood still, it cannot tell who stood still too. */
    @Test
    void aPauseOfWhoLooksTakesNoLeaseAway() {
        assertEquals(List.of(), gone(0, "there", "p", 5));
        assertEquals(List.of(), gone(3600, "there", "p", 5));
        assertEquals(List.of(), gone(3601, "there", "p", 6));
        assertEquals(List.of(), gone(7200, "there", "p", 6));
    }

    @Test
    void aCountThatMovesIsNeverGone() {
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of(), gone(i * 19L, "there", "p", i));
        }
    }

    @Test
    void oneIsNeverGoneForOneself() {
        Heartbeat own = new Heartbeat("me", "here", "dead", 1, 5, 0);
        assertEquals(List.of(), watch.gone(List.of(own), 0));
        assertEquals(List.of(), watch.gone(List.of(own), 100 * SECOND));
    }

    @Test
    void thisProcessIsAliveAndALaterOneOfItsNumberIsNot() {
        String self = HostProcess.process();
        assertTrue(HostProcess.isAlive(self));
        assertFalse(HostProcess.isAlive(self + "0"));
        assertTrue(HostProcess.isAlive("1@unknown"), "nobody knows that it is gone");
        assertEquals(HostProcess.host(), HostProcess.host());
    }

    private List<String> gone(long seconds, String host, String process, long beat) {
        return watch.gone(List.of(new Heartbeat("s", host, process, beat, 5, 0)), seconds * SECOND);
    }
}
