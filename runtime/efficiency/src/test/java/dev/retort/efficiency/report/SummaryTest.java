package dev.retort.efficiency.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.device.sampling.SamplerCost;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Failure;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.FakeRuns;
import dev.retort.efficiency.JvmTime;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunHistory;
import dev.retort.efficiency.RunTotals;
import dev.retort.efficiency.Spending;
import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.Work;
import dev.retort.efficiency.figures.Cost;
import dev.retort.efficiency.figures.FlopUtilisation;
import dev.retort.efficiency.verdict.Bottleneck;
import dev.retort.efficiency.verdict.DeviceActivity;
import dev.retort.efficiency.verdict.HostActivity;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

class SummaryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Reading NO_ENERGY = new Reading.Absent("no RAPL zone is shown here");
    private static final Map<Region, Map<Bucket, Long>> CELLS =
            Map.of(
                    Region.INPUT, Map.of(Bucket.INPUT_STALL, 24 * SECOND),
                    Region.STEP, Map.of(Bucket.GOOD, 60 * SECOND, Bucket.JVM_PAUSE, 4 * SECOND),
                    Region.EVALUATION, Map.of(Bucket.EVALUATION, 9 * SECOND),
                    Region.OTHER, Map.of(Bucket.OTHER, 3 * SECOND));
    private static final Work WORK =
            new Work(
                    1000,
                    32_000,
                    0,
                    84 * SECOND,
                    Map.of(Precision.FP32, 4.2e12),
                    Map.of(Precision.FP32, 4.2e12));

    private static RunAccount account(
            String name,
            Outcome outcome,
            Work work,
            Map<Anomaly, Long> anomalies,
            List<Failure> failures) {
        return account(name, outcome, 1, work, anomalies, failures);
    }

    private static RunAccount account(
            String name,
            Outcome outcome,
            int attempts,
            Work work,
            Map<Anomaly, Long> anomalies,
            List<Failure> failures) {
        return new RunAccount(
                name,
                Map.of(),
                outcome,
                attempts,
                new Ledger(CELLS, 100 * SECOND),
                work,
                work,
                Work.NONE,
                work.steps() == 0
                        ? StepTimes.NONE
                        : FakeRuns.stepTimes(10_000_000, 10_000_000, 12_000_000, 80_000_000),
                Optional.of(
                        new JvmTime(
                                Duration.ofSeconds(100),
                                Duration.ofMillis(4100),
                                Duration.ofMillis(4000),
                                Duration.ofSeconds(9),
                                77,
                                Optional.of(new JvmTime.Pause(Duration.ofMillis(12), 812)))),
                new CpuUsage(Duration.ofSeconds(100), 2, NO_ENERGY, NO_ENERGY, NO_ENERGY),
                failures,
                anomalies,
                FakeRuns.hooks(10_000, 40),
                Spending.NONE);
    }

    private static Summary summary(RunAccount account, double peak) {
        FlopUtilisation flops =
                FlopUtilisation.of(
                        RunTotals.of(account), 1, _ -> Reading.now(peak, "peak of the table"));
        Figures figures =
                Figures.of(account, flops)
                        .with(
                                Cost.of(
                                        Currency.getInstance("EUR"),
                                        1.5,
                                        0.25,
                                        RunTotals.of(account)));
        return Summary.of(
                account,
                RunHistory.NONE,
                figures,
                Optional.of(
                        new SamplerCost(
                                Duration.ofMillis(80),
                                Duration.ZERO,
                                1000,
                                Duration.ofSeconds(100),
                                1)));
    }

    @Test
    void saysWhatToFixFirst() {
        RunAccount account = account("digits", Outcome.SUCCEEDED, WORK, Map.of(), List.of());
        // 4.2e12 / 1e11 = 42 s at the peak, of 84 s of steps and 100 s in all.
        assertEquals(
                """
                Run digits: succeeded after 1 min 40 s, 1,000 steps, 32,000 items
                goodput     60.0 %  1 min 00 s  training that survived
                lost to     24.0 %      24.0 s  input stall
                             4.0 %       4.0 s  JVM pause
                             3.0 %       3.0 s  other
                neither      9.0 %       9.0 s  evaluation
                alarm      3.0 % of the time is in no region (over 2 %); begin and end more of
                           them
                fix first  input-bound, fixing it gains at most 1.36x in training and 1.32x in
                           all: input took 26.4 % of 91.0 s of training over 1000 steps, from
                           5 % on it is a bottleneck; this is about training alone, 91.0 % of
                           the time
                steps      p50 10.0 ms, p99 80.0 ms, longest 80.0 ms; 352 items/s
                MFU        50.0 % of steps, 42.0 % of all time (operations counted / peak of the
                           table)
                JVM        JVM-bound 4.1 %, worst pause 12.0 ms at step 812
                energy     absent: no RAPL zone is shown here
                cost       1.75 EUR
                own cost   under 0.001 % of the time in 10,000 calls of hooks (estimated),
                           sampling 0.08 % of a core; not measured: events in streams, flight
                           recorder, syncs, exports
                anomalies  none
                """,
                String.join("\n", summary(account, 1e11).lines()) + "\n");
        assertEquals(
                "goodput 60.0 %, most lost to input stall 24.0 %;"
                        + " input-bound, fixing it gains at most 1.36x in training and 1.32x in all",
                summary(account, 1e11).sentence());
    }

    @Test
    void nothingThatAUserNamesLeavesItsPlace() {
        Failure failure = new Failure(FailureClass.NUMERIC, "NaN\033[2J\nnext", Instant.EPOCH, 7);
        RunAccount account =
                account(
                        "a\033]0;title\007" + "x".repeat(500),
                        Outcome.FAILED,
                        Work.NONE,
                        Map.of(Anomaly.UNBALANCED_END, 3L),
                        List.of(failure));
        List<String> lines = summary(account, 1e11).lines();
        for (String line : lines) {
            assertTrue(line.length() <= 80, line);
            assertFalse(line.chars().anyMatch(Character::isISOControl), line);
        }
        assertTrue(lines.contains("anomalies  unbalanced end 3"), lines::toString);
        assertTrue(
                lines.contains("failures   1, the last at step 7: NaN\uFFFD[2J\uFFFDnext"),
                lines::toString);
        assertTrue(
                lines.contains("fix first  no verdict: fewer than 30 steps of training"),
                lines::toString);
    }

    /** The account of a run is of all its attempts; the processor was watched by the last one. */
    @Test
    void wantOfCoresOfOneAttemptIsNoVerdictOnAll() {
        RunHistory history =
                new RunHistory(
                        List.of(),
                        List.of(),
                        List.of(),
                        DeviceActivity.UNKNOWN,
                        new HostActivity(
                                OptionalDouble.of(0.9),
                                OptionalDouble.of(1),
                                OptionalDouble.of(1),
                                2));
        for (int attempts = 1; attempts <= 2; attempts++) {
            RunAccount account =
                    account("digits", Outcome.SUCCEEDED, attempts, WORK, Map.of(), List.of());
            FlopUtilisation flops =
                    FlopUtilisation.of(
                            RunTotals.of(account), 1, _ -> new Reading.Absent("not needed"));
            Summary summary =
                    Summary.of(account, history, Figures.of(account, flops), Optional.empty());
            assertEquals(
                    attempts == 1 ? Bottleneck.CONTENTION : Bottleneck.INPUT,
                    summary.verdict().orElseThrow().bottleneck());
        }
    }

    @Test
    void coloursAreAddedAndNothingElse() {
        Summary summary =
                summary(account("digits", Outcome.SUCCEEDED, WORK, Map.of(), List.of()), 1e11);
        List<String> coloured = summary.lines(true);
        assertTrue(coloured.getFirst().startsWith("\033[1m"), coloured::toString);
        assertEquals(
                summary.lines(),
                coloured.stream().map(line -> line.replaceAll("\033\\[[0-9]*m", "")).toList());
    }
}
