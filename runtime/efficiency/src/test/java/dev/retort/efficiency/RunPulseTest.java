package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.status.StatusFolder;
import dev.retort.efficiency.status.StatusFolder.LiveRun;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** What a meter does beside its hooks, when parts of it fail or take their time. */
class RunPulseTest {
    @TempDir Path folder;

    private final Sampler sampler =
            Sampler.manual(SamplerOptions.defaults(), List.of(CpuCounters.host()));
    private long nanoTime;
    private @Nullable RuntimeException broken;

    @AfterEach
    void close() {
        sampler.close();
    }

    private RunOptions options() {
        return RunOptions.of("run")
                .sampler(sampler)
                .journal(folder.resolve("runs"))
                .nanoClock(
                        () -> {
                            RuntimeException cause = broken;
                            if (cause != null) {
                                throw cause;
                            }
                            return nanoTime;
                        });
    }

    private List<Line.Event> events() throws IOException {
        return Journal.read(folder.resolve("runs").resolve("run").resolve(Journal.FILE))
                .lines()
                .stream()
                .map(Line::event)
                .toList();
    }

    private List<LiveRun> shown() throws IOException {
        return new StatusFolder(folder.resolve("shown")).read();
    }

    @Test
    void aTickWhosePartsFailDoesTheOthers() throws IOException {
        RunOptions options =
                options()
                        .publish(folder.resolve("shown"))
                        .peak(
                                1,
                                _ -> {
                                    throw new NoClassDefFoundError("a table of peaks");
                                });
        try (RunMeter meter = options.open()) {
            meter.beginStep();
            meter.flops(Precision.FP32, 1, 1);
            nanoTime += 1_000_000_000L;
            meter.endStep(1);
            for (int i = 0; i < 10; i++) {
                meter.tick();
            }
            assertEquals(List.of(Line.Event.STARTED, Line.Event.PROGRESS), events());
            assertEquals(1, shown().getFirst().status().steps());
            Map<Anomaly, Long> anomalies = meter.snapshot().anomalies();
            assertTrue(anomalies.getOrDefault(Anomaly.METER_FAILED, 0L) >= 10, anomalies::toString);
            assertEquals(Outcome.SUCCEEDED, meter.finish().outcome());
            assertEquals("SUCCEEDED", shown().getFirst().status().outcome());
        }
        assertEquals(Line.Event.ENDED, events().getLast());
    }

    @Test
    void aTickThatCannotBookTimeGoesOnWithTheRest() throws IOException {
        try (RunMeter meter = options().publish(folder.resolve("shown")).open()) {
            broken = new IllegalStateException("no time");
            meter.tick();
            broken = null;
            assertEquals(1, shown().size());
            // The background thread may have ticked as well.
            assertTrue(meter.snapshot().anomalies().containsKey(Anomaly.METER_FAILED));
        }
    }

    @Test
    void aRunWhosePartsFailEndsAllTheSame() throws IOException {
        RunMeter meter = options().open();
        broken = new IllegalStateException("no time");
        // The account needs the clock; nothing else does.
        assertThrows(IllegalStateException.class, meter::finish);
        broken = null;
        assertEquals(Line.Event.ENDED, events().getLast());
        try (RunMeter second = options().open()) {
            assertFalse(second.snapshot().anomalies().containsKey(Anomaly.NAME_IN_USE));
        }
    }

    @Test
    void aFollowerThatFailsCostsNoAccount() {
        try (RunMeter meter = options().open()) {
            meter.follow(
                    new RunFollower() {
                        @Override
                        public void ended() {
                            throw new IllegalStateException("gone");
                        }

                        @Override
                        public Map<Anomaly, Long> anomalies() {
                            throw new IllegalStateException("gone");
                        }
                    });
            RunAccount account = meter.finish();
            assertEquals(Map.of(Anomaly.EXPORT_FAILED, 1L), account.anomalies());
        }
    }

    /** Exceptions need not have a message, and a run fails in the handler of one. */
    @Test
    void aFailureWithoutAMessageIsNoted() {
        String none = new IllegalStateException().getMessage();
        RunMeter meter = options().open();
        meter.failure(FailureClass.NUMERIC, none);
        RunAccount account = meter.fail(FailureClass.USER_CODE, new IllegalStateException(" "));
        assertEquals(
                List.of("no message was given", "java.lang.IllegalStateException"),
                account.failures().stream().map(Failure::message).toList());
        try (RunMeter second = options().open()) {
            assertEquals(2, second.snapshot().failures().size(), "the journal has them");
            Throwable cause = new IOException("the share is gone");
            assertEquals(
                    "the share is gone",
                    second.fail(FailureClass.INFRASTRUCTURE, cause).failures().getLast().message());
        }
    }

    @Test
    void whoeverEndsARunAgainGetsTheSameAccount() {
        RunMeter meter = options().open();
        List<CompletableFuture<RunAccount>> ends =
                List.of(
                        CompletableFuture.supplyAsync(meter::finish),
                        CompletableFuture.supplyAsync(meter::discard),
                        CompletableFuture.supplyAsync(meter::finish));
        RunAccount account = meter.finish();
        ends.forEach(end -> assertSame(account, end.join()));
    }

    /** Throws if a hook of the run waits for the caller. */
    private static void requireFreeHooks(RunMeter meter) {
        try {
            CompletableFuture.runAsync(meter::mark).orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new AssertionError("the hooks wait", e);
        }
    }

    /** The time of day is asked for within the writing of a line, the peak is the user's. */
    @Test
    void noHookWaitsForALineOrTheUser() throws IOException {
        RunMeter[] meter = new RunMeter[1];
        int[] asked = new int[2];
        RunOptions options =
                options()
                        .epochClock(
                                () -> {
                                    if (meter[0] != null) {
                                        requireFreeHooks(meter[0]);
                                        asked[0]++;
                                    }
                                    return 1_000_000_000_000L;
                                })
                        .publish(folder.resolve("shown"))
                        .peak(
                                1,
                                _ -> {
                                    requireFreeHooks(meter[0]);
                                    asked[1]++;
                                    return Reading.now(1e9, "test");
                                });
        meter[0] = options.open();
        meter[0].beginStep();
        meter[0].flops(Precision.FP32, 1, 1);
        nanoTime += 10;
        meter[0].endStep(1);
        for (int i = 0; i < 10; i++) {
            meter[0].tick();
        }
        meter[0].flopUtilisation();
        meter[0].commit();
        meter[0].failure(FailureClass.NUMERIC, "the loss is NaN");
        RunAccount account = meter[0].finish();
        assertEquals(Map.of(), account.anomalies());
        assertEquals(
                List.of(
                        Line.Event.STARTED,
                        Line.Event.PROGRESS,
                        Line.Event.COMMITTED,
                        Line.Event.FAILURE,
                        Line.Event.ENDED),
                events());
        assertTrue(asked[0] >= 4, asked[0] + " lines");
        assertTrue(asked[1] >= 11, asked[1] + " peaks");
    }
}
