package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.efficiency.journal.State;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.OptionalDouble;

class RollingHistoryTest {
    private static final long SECOND = 1_000_000_000L;

    private long now;
    private final RunClock clock = new RunClock(() -> now, State.NONE);

    /** A second of training on 10 items, of which the given part waits for input. */
    private void second(double waiting) {
        clock.beginStep();
        clock.begin(Region.INPUT);
        now += Math.round(waiting * SECOND);
        clock.end(Region.INPUT);
        clock.begin(Region.STEP);
        now += SECOND - Math.round(waiting * SECOND);
        clock.end(Region.STEP);
        clock.endStep(10, 0);
        clock.sample();
    }

    @Test
    void windowsShowTheLatestTime() {
        for (int i = 0; i < 1200; i++) {
            second(i < 1100 ? 0.5 : 0.1);
        }
        RunWindow minute = clock.window(RunWindow.ONE_MINUTE);
        assertEquals(Duration.ofMinutes(1), minute.ledger().elapsed());
        assertEquals(0.1, minute.ledger().share(Bucket.INPUT_STALL), 1e-9);
        assertEquals(60, minute.work().steps());
        assertEquals(10, minute.itemsPerSecond().orElseThrow(), 1e-9);
        assertEquals(1, minute.stepsPerSecond().orElseThrow(), 1e-9);
        RunWindow five = clock.window(RunWindow.FIVE_MINUTES);
        assertEquals((200 * 0.5 + 100 * 0.1) / 300, five.ledger().share(Bucket.INPUT_STALL), 1e-9);
        RunWindow longest = clock.window(RunWindow.FIFTEEN_MINUTES);
        assertEquals(Duration.ofMinutes(15), longest.ledger().elapsed());
    }

    @Test
    void aYoungRunHasAllItsTime() {
        second(0.25);
        second(0.25);
        RunWindow window = clock.window(RunWindow.FIVE_MINUTES);
        assertEquals(Duration.ofSeconds(2), window.ledger().elapsed());
        assertEquals(2, window.work().steps());
        assertEquals(Duration.ZERO, clock.window(Duration.ZERO).ledger().elapsed());
    }

    @Test
    void aRateIsAbsentWithoutTimeOrItems() {
        assertEquals(OptionalDouble.empty(), clock.window(Duration.ZERO).stepsPerSecond());
        now += SECOND;
        clock.advance();
        RunWindow waiting = clock.window(RunWindow.ONE_MINUTE);
        assertEquals(0, waiting.stepsPerSecond().orElseThrow());
        clock.beginStep();
        clock.endStep(0, 0);
        RunWindow uncounted = clock.window(RunWindow.ONE_MINUTE);
        assertEquals(1, uncounted.stepsPerSecond().orElseThrow(), 1e-9);
        assertEquals(OptionalDouble.empty(), uncounted.itemsPerSecond());
    }

    @Test
    void timeThatIsMovedLateLeavesNoDebt() {
        second(0);
        second(0);
        clock.attribute(Bucket.JVM_PAUSE, 0, SECOND / 2);
        second(0);
        RunWindow window = clock.window(Duration.ofSeconds(2));
        assertEquals(Duration.ofSeconds(2), window.ledger().elapsed());
        clock.attribute(Bucket.JVM_PAUSE, SECOND / 2, 2 * SECOND);
        RunWindow last = clock.window(Duration.ofSeconds(1));
        assertEquals(Duration.ofSeconds(1), last.ledger().elapsed());
    }
}
