package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.retort.efficiency.RunHistory.Finding;
import dev.retort.efficiency.verdict.Bottleneck;
import dev.retort.efficiency.verdict.DeviceActivity;
import dev.retort.efficiency.verdict.HostActivity;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

class VerdictLogTest {
    private final VerdictLog log = new VerdictLog(Duration.ZERO);
    private Duration now = Duration.ZERO;

    /** Two windows that agree. */
    private void bound(Region by) {
        for (int i = 0; i < 2; i++) {
            now = now.plusSeconds(5);
            RunWindow window =
                    new RunWindow(
                            Ledger.of(Map.of(Region.STEP, 60L, by, 40L)),
                            new Work(100, 0, 0, 0, Map.of(), Map.of()));
            log.look(now, window, () -> DeviceActivity.UNKNOWN, () -> HostActivity.UNKNOWN);
        }
    }

    @Test
    void theLatestVerdictIsNeverForgotten() {
        for (int i = 0; i < VerdictLog.LIMIT; i++) {
            bound(i % 2 == 0 ? Region.INPUT : Region.COPY);
        }
        List<Finding> full = log.findings();
        assertEquals(VerdictLog.LIMIT, full.size());
        assertEquals(Bottleneck.COPY, full.getLast().verdict().bottleneck());
        bound(Region.COMMUNICATION);
        List<Finding> after = log.findings();
        assertEquals(VerdictLog.LIMIT, after.size());
        assertEquals(full.get(1), after.getFirst(), "the oldest went");
        assertEquals(log.standing().orElseThrow(), after.getLast().verdict());
        assertEquals(Bottleneck.COMMUNICATION, after.getLast().verdict().bottleneck());
        bound(Region.COMMUNICATION);
        assertEquals(after.getLast().from(), log.findings().getLast().from(), "it still stands");
    }

    @Test
    void aWindowOfFewStepsIsWaitedFor() {
        RunWindow few =
                new RunWindow(
                        Ledger.of(Map.of(Region.STEP, 1L)),
                        new Work(29, 0, 0, 0, Map.of(), Map.of()));
        assertFalse(
                log.look(
                        Duration.ofSeconds(60),
                        few,
                        () -> DeviceActivity.UNKNOWN,
                        () -> HostActivity.UNKNOWN));
        assertEquals(Duration.ofSeconds(60), log.pending(Duration.ofSeconds(60)));
    }
}
