package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/** Any figure of stored runs by any tag, on a clock of the test. */
class SlicesTest {
    private static final long MILLI = 1_000_000;

    @TempDir Path folder;

    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    private long nanoTime;
    private long epoch = 1_000_000_000_000L;

    @AfterEach
    void close() {
        sampler.close();
    }

    private RunOptions options() {
        return options("run", "vision");
    }

    private RunOptions options(String name, String team) {
        return RunOptions.of(name)
                .tag("team", team)
                .sampler(sampler)
                .journal(folder)
                .nanoClock(() -> nanoTime)
                .epochClock(() -> epoch);
    }

    private void pass(long nanos) {
        nanoTime += nanos;
        epoch += nanos;
    }

    private void train(RunMeter meter, int steps) {
        train(meter, steps, 13);
    }

    /** Steps that wait 3 ns for their input. */
    private void train(RunMeter meter, int steps, long nanos) {
        for (int i = 0; i < steps; i++) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            pass(3);
            meter.end(Region.INPUT);
            meter.begin(Region.STEP);
            pass(nanos - 3);
            meter.end(Region.STEP);
            meter.endStep(32);
        }
    }

    private static RunTotals totals(long running, long failed, Ledger ledger) {
        return new RunTotals(
                running,
                0,
                failed,
                0,
                ledger,
                Work.NONE,
                Work.NONE,
                Work.NONE,
                StepTimes.NONE,
                Map.of());
    }

    @Test
    void otherProcessesReadRunsAndAddThemUp() throws IOException {
        try (RunMeter first = options().open()) {
            train(first, 2);
            first.finish();
        }
        RunMeter second =
                RunOptions.of("other")
                        .tag("team", "speech")
                        .sampler(sampler)
                        .journal(folder)
                        .nanoClock(() -> nanoTime)
                        .epochClock(() -> epoch)
                        .open();
        train(second, 3);
        second.commit();
        train(second, 1);
        Files.createDirectory(folder.resolve("no run"));
        List<StoredRun> runs = StoredRun.readAll(folder);
        assertEquals(2, runs.size());
        RunTotals running = runs.getFirst().totals();
        assertEquals(RunTotals.of(second.snapshot()).work(), running.work(), "while it is running");
        assertEquals(RunTotals.of(second.snapshot()).ledger(), running.ledger());
        assertEquals(3, running.stepTimes().count(), "of its last line");
        RunAccount failed = second.fail(FailureClass.CANCELLED, "by the user");
        runs = StoredRun.readAll(folder);
        Map<String, RunTotals> byTeam =
                RunTotals.by("team", runs, StoredRun::tags, StoredRun::totals);
        assertEquals(List.of("speech", "vision"), List.copyOf(byTeam.keySet()));
        assertEquals(RunTotals.of(failed), byTeam.get("speech"));
        assertEquals(1, RunTotals.of(failed).discarded());
        // Any figure by any tag: what survived, over all time, and how many failed.
        assertEquals(
                30.0 / 52, byTeam.getOrDefault("speech", RunTotals.NONE).ledger().goodput(), 1e-12);
        assertEquals(
                20.0 / 26, byTeam.getOrDefault("vision", RunTotals.NONE).ledger().goodput(), 1e-12);
        RunTotals all = RunTotals.NONE;
        for (StoredRun run : runs) {
            all = all.plus(run.totals());
        }
        assertEquals(6, all.work().steps());
        assertEquals(5, all.kept().steps());
        assertEquals(78, all.ledger().elapsedNanos());
        assertEquals(
                Map.of("", all), RunTotals.by("model", runs, StoredRun::tags, StoredRun::totals));
    }

    @Test
    void ranksAreOneRunOfAllTheirTime() {
        List<RunTotals> ranks = new ArrayList<>();
        for (int rank = 0; rank < 3; rank++) {
            try (RunMeter meter =
                    RunOptions.of("run-" + rank)
                            .sampler(sampler)
                            .nanoClock(() -> nanoTime)
                            .open()) {
                train(meter, rank + 1);
                ranks.add(RunTotals.of(meter.finish()));
            }
        }
        RunTotals run = RunTotals.ofRanks(ranks);
        assertEquals(1, run.succeeded());
        assertEquals(6, run.work().steps());
        assertEquals(6, run.stepTimes().count());
        assertEquals(6 * 13, run.ledger().elapsedNanos());
        RunTotals alive = totals(1, 0, run.ledger());
        RunTotals failed = totals(0, 1, run.ledger());
        assertEquals(1, RunTotals.ofRanks(List.of(run, alive)).running());
        RunTotals one = RunTotals.ofRanks(List.of(run, alive, failed));
        assertEquals(List.of(0L, 0L, 1L), List.of(one.running(), one.succeeded(), one.failed()));
        assertThrows(IllegalArgumentException.class, () -> RunTotals.ofRanks(List.of()));
    }

    private Map<String, RunTotals> byTeam() throws IOException {
        return RunTotals.by("team", StoredRun.readAll(folder), StoredRun::tags, StoredRun::totals);
    }

    @Test
    void stepTimesAndFailuresAreToBeHadByTag() throws IOException {
        StepTimes vision = StepTimes.NONE;
        for (int run = 1; run <= 2; run++) {
            try (RunMeter meter = options("vision-" + run, "vision").open()) {
                train(meter, 90, 5 * MILLI);
                train(meter, 10, run * 100L * MILLI);
                meter.failure(FailureClass.NUMERIC, "the loss was not a number");
                vision = vision.plus(meter.finish().stepTimes());
            }
        }
        try (RunMeter meter = options("speech-1", "speech").open()) {
            train(meter, 7, 40 * MILLI);
            meter.failure(FailureClass.NUMERIC, "the loss was not a number");
            meter.fail(FailureClass.OUT_OF_MEMORY, "no room for the batch");
        }
        Map<String, RunTotals> byTeam = byTeam();
        RunTotals of = byTeam.getOrDefault("vision", RunTotals.NONE);
        assertEquals(vision, of.stepTimes());
        assertEquals(200, of.stepTimes().count());
        assertEquals(of.work().steps(), of.stepTimes().count());
        assertMillis(5, of.stepTimes(), 50);
        assertMillis(100, of.stepTimes(), 95);
        assertMillis(200, of.stepTimes(), 99);
        assertEquals(Map.of(FailureClass.NUMERIC, 2L), of.failures());
        RunTotals speech = byTeam.getOrDefault("speech", RunTotals.NONE);
        assertMillis(40, speech.stepTimes(), 50);
        assertEquals(
                Map.of(FailureClass.NUMERIC, 1L, FailureClass.OUT_OF_MEMORY, 1L),
                speech.failures());
        Map<String, Spending> spent =
                RunTotals.by(
                        "team",
                        StoredRun.readAll(folder),
                        StoredRun::tags,
                        StoredRun::spending,
                        Spending::plus);
        assertEquals(byTeam.keySet(), spent.keySet());
        assertTrue(spent.getOrDefault("vision", Spending.NONE).cpuSeconds().isPresent());
    }

    private static void assertMillis(long millis, StepTimes times, double percent) {
        double found = times.percentile(percent).orElseThrow().toNanos();
        assertEquals(millis * 1e6, found, found * 1e-3);
    }

    @Test
    void aRunThatWasResumedHasTheStepTimesOfAllItsProcesses() throws IOException {
        try (RunMeter first = options().open()) {
            train(first, 3, 10 * MILLI);
            first.fail(FailureClass.PREEMPTED, "the machine was taken away");
        }
        RunMeter second = options().open();
        train(second, 4, 20 * MILLI);
        second.commit();
        train(second, 2, 20 * MILLI);
        Path run = folder.resolve("run");
        byte[] journal = Files.readAllBytes(run.resolve(Journal.FILE));
        byte[] tail = Files.readAllBytes(run.resolve(Tail.FILE));
        second.close();
        // What a killed process leaves.
        Files.write(run.resolve(Journal.FILE), journal);
        Files.write(run.resolve(Tail.FILE), tail);
        RunTotals of;
        try (RunMeter third = options().open()) {
            train(third, 5, 30 * MILLI);
            RunAccount account = third.finish();
            assertEquals(3 + 4 + 5, account.stepTimes().count(), "of all processes");
            of = RunTotals.of(account);
        }
        RunTotals totals = byTeam().getOrDefault("vision", RunTotals.NONE);
        assertEquals(of, totals, "whoever asks");
        assertEquals(14, totals.work().steps());
        assertEquals(3 + 4 + 5, totals.stepTimes().count(), "but for those after the last line");
        assertMillis(10, totals.stepTimes(), 100.0 * 3 / 12);
        assertMillis(20, totals.stepTimes(), 100.0 * 7 / 12);
        assertMillis(30, totals.stepTimes(), 100);
        assertEquals(
                Map.of(FailureClass.PREEMPTED, 1L, FailureClass.KILLED, 1L), totals.failures());
    }

    /** The journal was written before step times were kept. */
    @Test
    void aJournalWithoutStepTimesIsReadAndGoneOnWith() throws IOException {
        Path run = Files.createDirectory(folder.resolve("old"));
        try (InputStream in =
                Objects.requireNonNull(
                        SlicesTest.class.getResourceAsStream("ledger-without-step-times.jsonl"))) {
            Files.copy(in, run.resolve(Journal.FILE));
        }
        RunTotals before = byTeam().getOrDefault("vision", RunTotals.NONE);
        assertEquals(1, before.succeeded());
        assertEquals(5, before.work().steps());
        assertEquals(StepTimes.NONE, before.stepTimes());
        assertEquals(Map.of(FailureClass.NUMERIC, 1L), before.failures());
        try (RunMeter meter = options("old", "vision").open()) {
            train(meter, 2, 10 * MILLI);
            RunAccount account = meter.finish();
            assertEquals(2, account.attempts());
            assertEquals(Map.of(), account.anomalies());
        }
        RunTotals after = byTeam().getOrDefault("vision", RunTotals.NONE);
        assertEquals(7, after.work().steps());
        assertEquals(2, after.stepTimes().count());
    }

    @Test
    void stepTimesAreTheSameOnceTheyWereWritten() {
        SplittableRandom random = new SplittableRandom(5);
        StepTimes all = StepTimes.NONE;
        for (int round = 0; round < 50; round++) {
            long[] nanos = new long[random.nextInt(400)];
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = (long) Math.exp(random.nextDouble(0, 35));
            }
            StepTimes times = FakeRuns.stepTimes(nanos);
            StepTimes read = StepTimes.decoded(times.encoded());
            assertEquals(times, read);
            assertEquals(times.mean(), read.mean());
            assertEquals(times.max(), read.max());
            assertEquals(times.percentile(0), read.percentile(0));
            // In any order, of what was read and what was not.
            assertEquals(all.plus(times), read.plus(all));
            all = all.plus(read);
        }
        // Steps of a training are alike, so a line of its journal stays short.
        long[] alike = new long[10_000];
        for (int i = 0; i < alike.length; i++) {
            alike[i] = Math.round(20e6 * (1 + 0.02 * random.nextGaussian()));
        }
        int length = FakeRuns.stepTimes(alike).encoded().length();
        assertTrue(length < 500, "characters: " + length);
    }

    /** A line with the times of steps is long: a journal has few of them, whatever happens. */
    @Test
    void stepTimesAreWrittenOnceAMinuteAndAtTheEnd() throws IOException {
        Path file = folder.resolve("run").resolve(Journal.FILE);
        try (RunMeter meter = options().open()) {
            for (int second = 0; second < 150; second++) {
                train(meter, 1, 1000 * MILLI);
                meter.commit();
            }
            meter.finish();
        }
        List<Line> lines = Journal.read(file).lines();
        assertTrue(lines.size() >= 152, "lines: " + lines.size());
        List<Integer> counts = new ArrayList<>();
        for (Line line : lines) {
            if (!line.state().stepTimes().isEmpty()) {
                counts.add((int) StepTimes.decoded(line.state().stepTimes()).count());
            }
        }
        // The first, two more after a minute each, and the last.
        assertEquals(4, counts.size(), counts::toString);
        assertEquals(150, counts.getLast());
        // What a kill leaves is read from the last line that has them.
        try (RunMeter meter = options().open()) {
            assertEquals(150, meter.snapshot().stepTimes().count());
            train(meter, 2, 1000 * MILLI);
            assertEquals(152, meter.snapshot().stepTimes().count());
            assertEquals(150, byTeam().getOrDefault("vision", RunTotals.NONE).stepTimes().count());
        }
    }

    private static Line line(int attempt, Line.Event event, long second, long steps) {
        State state =
                new State(
                        Map.of("STEP/PENDING", second * 1000 * MILLI),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of("steps", (double) steps),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        "");
        return new Line(0, attempt, event, second * 1000 * MILLI, Map.of(), state);
    }

    /** A full disk can keep a process from writing that it started, and not what follows. */
    @Test
    void aKillIsFoundWithoutTheFirstLineOfTheNextProcess() {
        List<Failure> failures =
                Failures.of(
                        List.of(
                                line(1, Line.Event.STARTED, 10, 0),
                                line(1, Line.Event.PROGRESS, 20, 7),
                                line(2, Line.Event.PROGRESS, 40, 9),
                                line(2, Line.Event.PROGRESS, 50, 11),
                                line(2, Line.Event.ENDED, 51, 12),
                                line(3, Line.Event.PROGRESS, 60, 13)));
        assertEquals(1, failures.size(), failures::toString);
        assertEquals(FailureClass.KILLED, failures.getFirst().kind());
        assertEquals(Instant.ofEpochSecond(20), failures.getFirst().time());
        assertEquals(7, failures.getFirst().step());
    }

    /** Two threads that ask the same account, as an export and a page do. */
    @Test
    void stepTimesAreToBeHadByManyThreads() {
        long[] nanos = new long[5000];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = 1000L * (i + 1) * (i + 1);
        }
        StepTimes times = FakeRuns.stepTimes(nanos);
        Optional<Duration> mean = times.mean();
        double exact = LongStream.of(nanos).average().orElseThrow();
        assertEquals(exact, (double) mean.orElseThrow().toNanos(), exact * 1e-3);
        List<CompletableFuture<Void>> asking = new ArrayList<>();
        for (int thread = 0; thread < 2; thread++) {
            asking.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 2000; i++) {
                                    assertEquals(mean, times.mean());
                                }
                            }));
        }
        asking.forEach(CompletableFuture::join);
    }

    @Test
    void stepTimesThatCannotBeReadAreNone() {
        String whole = FakeRuns.stepTimes(1, 2, 3_000_000).encoded();
        for (String text :
                List.of(
                        "",
                        "?",
                        "AAAA",
                        whole.substring(0, whole.length() / 2),
                        "XXXX" + whole.substring(4))) {
            assertEquals(StepTimes.NONE, StepTimes.decoded(text), text);
        }
        assertEquals("", StepTimes.NONE.encoded());
        assertEquals(3, StepTimes.decoded(whole).count());
        assertEquals(3600, longest(), 10);
    }

    /** What is kept of a step of a day, in seconds. */
    private static double longest() {
        return StepTimes.decoded(FakeRuns.stepTimes(86_400_000_000_000L).encoded())
                        .max()
                        .orElseThrow()
                        .toNanos()
                * 1e-9;
    }
}
