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
            new LeaseWatch("me", "here", Duration.ofSeconds(20), "alive"::equals);

    @Test
    void aDeadProcessOfThisMachineIsGoneAtOnce() {
        assertEquals(List.of("s"), gone(0, "here", "dead", 1));
        assertEquals(List.of(), gone(0, "here", "alive", 1));
        assertEquals(List.of(), gone(0, "there", "dead", 1));
    }

    @Test
    void aCountThatStandsStillForALeaseIsGone() {
        assertEquals(List.of(), gone(0, "there", "p", 5));
        assertEquals(List.of(), gone(20, "there", "p", 5));
        assertEquals(List.of("s"), gone(21, "there", "p", 5));
    }

    @Test
    void aCountThatMovesIsNeverGone() {
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of(), gone(i * 19L, "there", "p", i));
        }
    }

    @Test
    void oneIsNeverGoneForOneself() {
        Heartbeat own = new Heartbeat("me", "here", "dead", 1);
        assertEquals(List.of(), watch.gone(List.of(own), 0));
        assertEquals(List.of(), watch.gone(List.of(own), 100 * SECOND));
    }

    @Test
    void thisProcessIsAliveAndALaterOneOfItsNumberIsNot() {
        String self = HostProcess.process();
        assertTrue(HostProcess.isAlive(self));
        assertFalse(HostProcess.isAlive(self + "0"));
        assertEquals(HostProcess.host(), HostProcess.host());
    }

    private List<String> gone(long seconds, String host, String process, long beat) {
        return watch.gone(List.of(new Heartbeat("s", host, process, beat)), seconds * SECOND);
    }
}
