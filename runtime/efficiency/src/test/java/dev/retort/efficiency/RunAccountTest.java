package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.device.sampling.CpuUsage;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

class RunAccountTest {
    private static final Reading NONE = new Reading.Absent("not told");
    private static final CpuUsage CPU = new CpuUsage(Duration.ofSeconds(1), 1, NONE, NONE, NONE);
    private static final HookCost FREE = HookCost.of(0, 1);

    private static RunAccount account(Map<Region, Long> nanos, long steps, long items) {
        return account(nanos, new Work(steps, items, 0, 0, Map.of(), Map.of()), Map.of());
    }

    private static RunAccount account(
            Map<Region, Long> nanos, Work work, Map<Anomaly, Long> anomalies) {
        return new RunAccount(
                "run",
                Map.of(),
                Outcome.SUCCEEDED,
                1,
                Ledger.of(nanos),
                work,
                work,
                Work.NONE,
                StepTimes.NONE,
                Optional.empty(),
                CPU,
                List.of(),
                anomalies,
                FREE,
                Spending.NONE);
    }

    @Test
    void throughputIsOverTheTimeOutsideEvaluation() {
        Map<Region, Long> nanos =
                Map.of(
                        Region.INPUT, 500_000_000L,
                        Region.STEP, 1_000_000_000L,
                        Region.OTHER, 500_000_000L,
                        Region.EVALUATION, 7_000_000_000L);
        assertEquals(50.0, account(nanos, 4, 100).itemsPerSecond().orElseThrow(), 1e-9);
    }

    /** Between a kill and the next start nothing is at work, for minutes or for a weekend. */
    @Test
    void throughputIsNotOverTheTimeInWhichNothingWasAtWork() {
        RunAccount account =
                account(
                        Map.of(Region.STEP, 2_000_000_000L, Region.RECOVERY, 90_000_000_000L),
                        4,
                        100);
        assertEquals(Duration.ofSeconds(2), account.trainingTime());
        assertEquals(50.0, account.itemsPerSecond().orElseThrow(), 1e-9);
        assertEquals(Duration.ofSeconds(92), account.ledger().elapsed());
    }

    private static RunAccount resumed(Reading here, Spending spending) {
        return new RunAccount(
                "run",
                Map.of(),
                Outcome.SUCCEEDED,
                3,
                Ledger.of(Map.of(Region.STEP, 10_000_000_000L, Region.RECOVERY, 90_000_000_000L)),
                Work.NONE,
                Work.NONE,
                Work.NONE,
                StepTimes.NONE,
                Optional.empty(),
                new CpuUsage(Duration.ofSeconds(4), 2, here, here, here),
                List.of(),
                Map.of(),
                FREE,
                spending);
    }

    private static Spending spending(double amount, Duration covered) {
        Optional<Spending.Part> part = Optional.of(new Spending.Part(amount, covered));
        Optional<Spending.Part> cores = Optional.of(new Spending.Part(20, covered));
        return new Spending(part, cores, part, part, Map.of("cpu PACKAGES", part.get()));
    }

    /** Whatever the last one read: its work is that of all. */
    @Test
    void whatAResumedRunTookIsThatOfAllItsProcesses() {
        RunAccount account =
                resumed(Reading.now(1, "clock"), spending(15, Duration.ofMillis(9_900)));
        assertEquals(0.75, account.cpuUtilisation().ifMeasured().orElseThrow(), 1e-12);
        assertEquals(15, account.peakResidentBytes().ifMeasured().orElseThrow());
        assertEquals(15, account.processorJoules().ifMeasured().orElseThrow());
        assertEquals(15, account.hookSeconds().ifMeasured().orElseThrow());
    }

    @Test
    void itIsNotKnownWhereAKilledProcessDidNotTellItsEnd() {
        RunAccount account =
                resumed(Reading.now(1, "clock"), spending(15, Duration.ofMillis(9_800)));
        for (Reading reading :
                List.of(
                        account.cpuUtilisation(),
                        account.peakResidentBytes(),
                        account.processorJoules(),
                        account.hookSeconds())) {
            assertEquals(
                    new Reading.Absent(
                            "a run was measured for 9.80 of the 10.00 s that it was at work"),
                    reading);
        }
    }

    @Test
    void whereNothingTellsItTheReasonIsNotTheResume() {
        assertEquals(NONE, resumed(NONE, Spending.NONE).processorJoules());
    }

    @Test
    void throughputOfNothingIsEmpty() {
        assertEquals(
                OptionalDouble.empty(), account(Map.of(Region.STEP, 9L), 3, 0).itemsPerSecond());
        assertEquals(
                OptionalDouble.empty(),
                account(Map.of(Region.EVALUATION, 9L), 1, 5).itemsPerSecond());
    }

    @Test
    void countsCannotBeNegative() {
        assertThrows(IllegalArgumentException.class, () -> account(Map.of(), -1, 0));
        assertThrows(IllegalArgumentException.class, () -> account(Map.of(), 0, -1));
        assertThrows(IllegalArgumentException.class, () -> HookCost.of(-1, 1));
    }

    @Test
    void anomaliesAreCopied() {
        Map<Anomaly, Long> given = new EnumMap<>(Map.of(Anomaly.NEGATIVE_WORK, 2L));
        RunAccount account = account(Map.of(), Work.NONE, given);
        given.clear();
        assertEquals(Map.of(Anomaly.NEGATIVE_WORK, 2L), account.anomalies());
        assertThrows(UnsupportedOperationException.class, () -> account.anomalies().clear());
    }

    @Test
    void hookCostIsCallsTimesTheCalibratedCost() {
        assertEquals(new HookCost(1000, Duration.ofNanos(12_500)), HookCost.of(1000, 12.5));
        double nanosPerCall = HookCalibration.nanosPerCall();
        assertTrue(
                nanosPerCall > 0 && Double.isFinite(nanosPerCall), "ns per call: " + nanosPerCall);
        assertEquals(nanosPerCall, HookCalibration.nanosPerCall(), "calibrated once");
    }
}
