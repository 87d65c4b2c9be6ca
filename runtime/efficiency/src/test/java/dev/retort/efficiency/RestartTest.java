package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.Tail;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Restarts on a clock of the test. A process that is really killed is in {@link KilledRunTest}. */
class RestartTest {
    @TempDir Path folder;

    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    private long nanoTime;
    private long epoch = 1_000_000_000_000L;

    @AfterEach
    void close() {
        sampler.close();
    }

    private RunOptions options() {
        return RunOptions.of("run")
                .tag("team", "vision")
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
        for (int i = 0; i < steps; i++) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            pass(3);
            meter.end(Region.INPUT);
            meter.begin(Region.STEP);
            pass(10);
            meter.end(Region.STEP);
            meter.endStep(32);
        }
    }

    /** What a killed process leaves: its files, and no lock. */
    private Path killed(RunMeter meter) throws IOException {
        Path run = folder.resolve("run");
        byte[] journal = Files.readAllBytes(run.resolve(Journal.FILE));
        byte[] tail = Files.readAllBytes(run.resolve(Tail.FILE));
        meter.close();
        Files.write(run.resolve(Journal.FILE), journal);
        Files.write(run.resolve(Tail.FILE), tail);
        return run;
    }

    @Test
    void aKilledRunHasOneLedger() throws IOException {
        RunMeter first = options().open();
        train(first, 5);
        first.commit();
        train(first, 3);
        killed(first);
        pass(1000);
        nanoTime = -77; // Another process, another origin.
        try (RunMeter second = options().open()) {
            train(second, 4);
            RunAccount account = second.finish();
            assertEquals(2, account.attempts());
            assertEquals(12, account.steps());
            assertEquals(9, account.kept().steps());
            assertEquals(new Work(3, 96, 0, 39, Map.of(), Map.of()), account.lost());
            Ledger ledger = account.ledger();
            assertEquals(Duration.ofNanos(30), ledger.of(Bucket.LOST_PROGRESS));
            assertEquals(Duration.ofNanos(90), ledger.of(Bucket.GOOD));
            assertEquals(Duration.ofNanos(36), ledger.of(Bucket.INPUT_STALL));
            assertEquals(Duration.ofNanos(1000), ledger.of(Bucket.INFRA_RECOVERY));
            assertEquals(1156, ledger.elapsedNanos());
            assertEquals(FailureClass.KILLED, account.failures().getFirst().kind());
            assertEquals(8, account.failures().getFirst().step());
            assertEquals(Map.of(), account.anomalies());
        }
    }

    @Test
    void anInterruptCostsNoLine() throws IOException {
        Thread.currentThread().interrupt();
        try (RunMeter meter = options().open()) {
            train(meter, 2);
            meter.commit();
            train(meter, 3);
            meter.commit();
            RunAccount account = meter.fail(FailureClass.CANCELLED, "the user was tired");
            assertTrue(Thread.interrupted(), "the training must still see it");
            assertEquals(Map.of(), account.anomalies());
        }
        List<Line> lines = Journal.read(folder.resolve("run").resolve(Journal.FILE)).lines();
        assertEquals(
                List.of(
                        Line.Event.STARTED,
                        Line.Event.COMMITTED,
                        Line.Event.COMMITTED,
                        Line.Event.FAILURE,
                        Line.Event.ENDED),
                lines.stream().map(Line::event).toList());
        assertTrue(Files.exists(folder.resolve("run").resolve(Tail.FILE)));
        try (RunMeter second = options().open()) {
            RunAccount account = second.snapshot();
            assertEquals(5, account.kept().steps());
            assertEquals(FailureClass.CANCELLED, account.failures().getFirst().kind());
            assertEquals(1, account.failures().size(), "it was not killed");
            assertEquals(Map.of(), account.anomalies());
        }
    }

    @Test
    void anInterruptedThreadFindsAllThatAKilledRunLeft() throws IOException {
        RunMeter first = options().open();
        train(first, 5);
        first.commit();
        train(first, 3);
        killed(first);
        Thread.currentThread().interrupt();
        try (RunMeter second = options().open()) {
            assertTrue(Thread.interrupted());
            assertEquals(8, second.snapshot().steps());
            assertEquals(Map.of(), second.snapshot().anomalies());
        }
    }

    /** An interrupt does not wait for the moment between two lines. */
    @Test
    void interruptsInTheMiddleOfLinesCostNone() throws IOException {
        try (RunMeter meter = options().open()) {
            Thread self = Thread.currentThread();
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> nagging =
                    CompletableFuture.runAsync(
                            () -> {
                                while (!done.get()) {
                                    self.interrupt();
                                    LockSupport.parkNanos(10_000);
                                }
                            });
            try {
                for (int i = 0; i < 50; i++) {
                    train(meter, 1);
                    meter.commit();
                }
            } finally {
                done.set(true);
                nagging.join();
                Thread.interrupted();
            }
            assertEquals(Map.of(), meter.finish().anomalies());
        }
        assertEquals(52, Journal.read(folder.resolve("run").resolve(Journal.FILE)).lines().size());
    }

    @Test
    void withoutItsTailAKilledRunHasWhatItsLinesSay() throws IOException {
        RunMeter first = options().open();
        train(first, 5);
        first.commit();
        train(first, 3);
        Files.delete(killed(first).resolve(Tail.FILE));
        try (RunMeter second = options().open()) {
            RunAccount account = second.finish();
            assertEquals(5, account.steps());
            assertEquals(0, account.lost().steps());
            // From the last line on nothing is known but that it is over.
            assertEquals(Duration.ofNanos(39), account.ledger().of(Bucket.INFRA_RECOVERY));
        }
    }

    @Test
    void aRestartMayGoBackToAnyCommit() throws IOException {
        RunMeter first = options().open();
        for (int commits = 0; commits < 3; commits++) {
            train(first, 2);
            first.commit();
        }
        killed(first);
        try (RunMeter second = options().resumeFrom(4).open()) {
            train(second, 1);
            second.commit();
            RunAccount account = second.snapshot();
            assertEquals(2, account.lost().steps());
            assertEquals(5, account.kept().steps());
            assertEquals(5, second.mark().step());
            assertEquals(Duration.ofNanos(20), account.ledger().of(Bucket.LOST_PROGRESS));
            assertEquals(Duration.ofNanos(50), account.ledger().of(Bucket.GOOD));
            killed(second);
        }
        try (RunMeter third = options().resumeFrom(3).open()) {
            RunAccount account = third.snapshot();
            assertEquals(3, account.attempts());
            assertEquals(
                    List.of(FailureClass.KILLED, FailureClass.KILLED),
                    account.failures().stream().map(Failure::kind).toList());
            assertEquals(List.of(6L, 7L), account.failures().stream().map(Failure::step).toList());
            assertEquals(Map.of(Anomaly.UNKNOWN_COMMIT, 1L), account.anomalies());
            assertEquals(2, account.kept().steps());
            assertEquals(5, account.lost().steps());
            killed(third);
        }
        try (RunMeter fourth = options().resumeFrom(0).open()) {
            assertEquals(7, fourth.snapshot().lost().steps());
            assertEquals(Duration.ofNanos(70), fourth.finish().ledger().of(Bucket.LOST_PROGRESS));
        }
    }

    @Test
    void aRestartMayGoOnFromACheckpointThatAKillLeftUncommitted() throws IOException {
        RunMeter first = options().open();
        train(first, 5);
        first.commit();
        train(first, 3);
        first.announce();
        Path run = killed(first);
        byte[] journal = Files.readAllBytes(run.resolve(Journal.FILE));
        byte[] tail = Files.readAllBytes(run.resolve(Tail.FILE));
        try (RunMeter second = options().resumeFrom(8).open()) {
            RunAccount account = second.finish();
            assertEquals(8, account.kept().steps());
            assertEquals(0, account.lost().steps());
            assertEquals(Duration.ofNanos(80), account.ledger().of(Bucket.GOOD));
            assertEquals(Map.of(), account.anomalies());
        }
        // Where the checkpoint did not become durable, its announcement says nothing.
        for (RunOptions options : List.of(options().resumeFrom(5), options())) {
            Files.write(run.resolve(Journal.FILE), journal);
            Files.write(run.resolve(Tail.FILE), tail);
            try (RunMeter second = options.open()) {
                RunAccount account = second.finish();
                assertEquals(5, account.kept().steps());
                assertEquals(3, account.lost().steps());
                assertEquals(Duration.ofNanos(50), account.ledger().of(Bucket.GOOD));
                assertEquals(Map.of(), account.anomalies());
            }
        }
    }

    @Test
    void anAnnouncementCountsForARunThatGoesOnFromItsVeryStep() throws IOException {
        RunMeter first = options().open();
        train(first, 5);
        first.commit();
        train(first, 1);
        first.announce();
        train(first, 3);
        first.commit();
        killed(first);
        try (RunMeter second = options().resumeFrom(8).open()) {
            RunAccount account = second.finish();
            assertEquals(5, account.kept().steps());
            assertEquals(Duration.ofNanos(50), account.ledger().of(Bucket.GOOD));
            assertEquals(Map.of(Anomaly.UNKNOWN_COMMIT, 1L), account.anomalies());
        }
    }

    /** Also where steps were lost before it, and where the run is killed once more. */
    @Test
    void anAnnouncedCheckpointHoldsNoStepThatWasLost() throws IOException {
        RunMeter first = options().open();
        for (int i = 0; i < 3; i++) {
            train(first, 2);
            first.commit();
        }
        killed(first);
        RunMeter second = options().resumeFrom(4).open();
        train(second, 3);
        second.announce();
        killed(second);
        for (int i = 0; i < 2; i++) {
            RunMeter next = options().resumeFrom(7).open();
            RunAccount account = next.snapshot();
            assertEquals(7, account.kept().steps());
            assertEquals(2, account.lost().steps());
            assertEquals(Duration.ofNanos(70), account.ledger().of(Bucket.GOOD));
            assertEquals(Duration.ofNanos(20), account.ledger().of(Bucket.LOST_PROGRESS));
            assertEquals(Map.of(), account.anomalies());
            killed(next);
        }
    }

    @Test
    void theTimeAfterAnEndIsNoPartOfTheRun() {
        try (RunMeter first = options().open()) {
            train(first, 2);
            first.fail(FailureClass.PREEMPTED, "the machine was taken away");
        }
        pass(5000);
        try (RunMeter second = options().open()) {
            train(second, 1);
            RunAccount account = second.finish();
            assertEquals(39, account.ledger().elapsedNanos());
            assertEquals(2, account.lost().steps());
            assertEquals(1, account.failures().size());
            assertEquals(FailureClass.PREEMPTED, account.failures().getFirst().kind());
        }
        try (RunMeter third = options().open()) {
            assertEquals(1, third.snapshot().kept().steps());
        }
    }

    @Test
    void aDiscardedRunLeavesNothingGood() {
        try (RunMeter first = options().open()) {
            train(first, 2);
            first.commit();
            first.discard();
        }
        try (RunMeter second = options().open()) {
            assertEquals(2, second.snapshot().lost().steps());
            assertEquals(Duration.ZERO, second.snapshot().ledger().of(Bucket.GOOD));
        }
    }

    @Test
    void aClockOfTheDayThatWentBackIsAnAnomaly() throws IOException {
        RunMeter first = options().open();
        train(first, 2);
        killed(first);
        epoch -= 10_000;
        try (RunMeter second = options().open()) {
            assertEquals(Map.of(Anomaly.CLOCK_WENT_BACK, 1L), second.snapshot().anomalies());
            assertEquals(26, second.snapshot().ledger().elapsedNanos());
        }
    }

    @Test
    void regionsOfUsersSurvive() throws IOException {
        RunMeter first = options().open();
        first.begin(Region.named("augment"));
        pass(21);
        first.end(Region.named("augment"));
        killed(first);
        try (RunMeter second = options().open()) {
            Ledger ledger = second.snapshot().ledger();
            assertEquals(Duration.ofNanos(21), ledger.of(Region.named("augment")));
        }
    }

    @Test
    void aSecondRunOfOneNameIsMeasuredInMemory() {
        try (RunMeter first = options().open();
                RunMeter second = options().open()) {
            train(second, 1);
            second.commit();
            assertEquals(Map.of(Anomaly.NAME_IN_USE, 1L), second.finish().anomalies());
            train(first, 2);
            assertEquals(Map.of(), first.finish().anomalies());
        }
        try (RunMeter third = options().open()) {
            assertEquals(2, third.snapshot().steps());
        }
    }

    @Test
    void aRunThatCouldNotOpenLeavesItsNameFree() {
        Sampler closed = Sampler.start(SamplerOptions.defaults());
        closed.close();
        RunOptions refused = RunOptions.of("run").sampler(closed).journal(folder);
        assertThrows(IllegalStateException.class, refused::open);
        try (RunMeter meter = options().open()) {
            assertEquals(Map.of(), meter.finish().anomalies());
        }
    }

    @Test
    void aFolderThatIsNoneCostsTheJournalOnly() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        try (RunMeter meter = options().journal(file).open()) {
            train(meter, 3);
            meter.commit();
            RunAccount account = meter.finish();
            assertEquals(3, account.kept().steps());
            assertTrue(account.anomalies().containsKey(Anomaly.JOURNAL_FAILED));
        }
        assertEquals("no folder", Files.readString(file));
    }

    @Test
    void aDamagedLineIsPassedOver() throws IOException {
        try (RunMeter first = options().open()) {
            train(first, 2);
        }
        Path journal = folder.resolve("run").resolve(Journal.FILE);
        Files.writeString(journal, "{\"sequence\":99", StandardOpenOption.APPEND);
        try (RunMeter second = options().open()) {
            assertEquals(2, second.snapshot().steps());
            assertEquals(
                    Map.of(Anomaly.JOURNAL_LINE_UNREADABLE, 1L), second.snapshot().anomalies());
        }
    }

    @Test
    void namesBecomeFolders() {
        assertEquals("resnet-7", RunJournal.folder("resnet-7"));
        for (String name : new String[] {"..", "a/b", "", "größe", "."}) {
            String folderName = RunJournal.folder(name);
            assertTrue(folderName.matches("run_[A-Za-z0-9._-]*"), folderName);
        }
        assertFalse(RunJournal.folder("a/b").equals(RunJournal.folder("a:b")));
    }
}
