package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.State;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A run that is over and is asked for its account, whatever became of its journal. */
class FinishedRunTest {
    private static final long OUTAGE = 1_000_000;

    @TempDir Path folder;

    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    private long nanoTime;
    private long epoch = 1_000_000_000_000L;

    @BeforeEach
    void run() {
        try (RunMeter meter = options().open()) {
            for (int i = 0; i < 5; i++) {
                meter.beginStep();
                meter.begin(Region.STEP);
                pass(10);
                meter.end(Region.STEP);
                meter.endStep(32);
            }
            meter.commit(meter.announce());
            meter.finish();
        }
        pass(OUTAGE);
    }

    @AfterEach
    void close() {
        sampler.close();
    }

    private RunOptions options() {
        return RunOptions.of("run")
                .sampler(sampler)
                .journal(folder)
                .nanoClock(() -> nanoTime)
                .epochClock(() -> epoch);
    }

    private void pass(long nanos) {
        nanoTime += nanos;
        epoch += nanos;
    }

    private Path journal() {
        return folder.resolve("run").resolve(Journal.FILE);
    }

    /** Leaves the first lines of the journal: it began, announced, committed and ended. */
    private void keepLines(int lines) throws IOException {
        Path journal = journal();
        List<String> all = Files.readAllLines(journal);
        assertEquals(4, all.size());
        Files.write(journal, all.subList(0, lines));
    }

    private static void assertWhole(RunAccount account) {
        assertEquals(5, account.kept().steps());
        assertEquals(Duration.ofNanos(50), account.ledger().of(Bucket.GOOD));
        assertEquals(Duration.ofNanos(50), account.ledger().elapsed());
        assertEquals(Map.of(), account.anomalies());
    }

    @Test
    void noTimeSinceIsPartOfItAlsoWhereItsEndIsMissing() throws IOException {
        for (int lines : new int[] {4, 3, 2}) {
            if (lines < 4) {
                keepLines(lines);
            }
            assertWhole(options().readFinished(5));
            // Also for whoever reads the journal alone.
            StoredRun stored = StoredRun.readAll(folder).getFirst();
            assertEquals(1, stored.totals().succeeded());
            assertEquals(Duration.ofNanos(50), stored.totals().ledger().of(Bucket.GOOD));
            assertEquals(1, stored.attempts());
            byte[] before = Files.readAllBytes(journal());
            assertWhole(options().readFinished(5));
            assertArrayEquals(before, Files.readAllBytes(journal()), "that it has ended once");
            Files.delete(journal());
            Files.delete(folder.resolve("run").resolve("ledger.tail"));
            run();
        }
    }

    @Test
    void ofOneThatGoesOnTheSameIsAnOutage() throws IOException {
        keepLines(3);
        try (RunMeter again = options().resumeFrom(5).open()) {
            Ledger ledger = again.finish().ledger();
            assertEquals(Duration.ofNanos(OUTAGE), ledger.of(Bucket.INFRA_RECOVERY));
        }
    }

    @Test
    void aJournalThatDoesNotReachTheCheckpointIsNoticed() throws IOException {
        keepLines(1);
        assertEquals(Map.of(Anomaly.UNKNOWN_COMMIT, 1L), options().readFinished(5).anomalies());
    }

    @Test
    void soIsOneThatIsGone() throws IOException {
        keepLines(0);
        assertEquals(Map.of(Anomaly.UNKNOWN_COMMIT, 1L), options().readFinished(5).anomalies());
        Files.delete(journal());
        try (RunMeter fresh = options().resumeFrom(0).open()) {
            assertEquals(Map.of(), fresh.finish().anomalies());
        }
    }

    /** Also noticed, beside the reason; no figure of this process is taken for one of the run. */
    private void assertNoticed(Anomaly reason) {
        RunAccount account = options().readFinished(5);
        assertEquals(Map.of(reason, 1L, Anomaly.UNKNOWN_COMMIT, 1L), account.anomalies());
        assertEquals(Duration.ZERO, account.ledger().of(Bucket.GOOD));
        for (Reading reading :
                List.of(
                        account.cpuUtilisation(),
                        account.peakResidentBytes(),
                        account.processorJoules(),
                        account.hookSeconds())) {
            assertInstanceOf(Reading.Absent.class, reading);
        }
        try (RunMeter goesOn = options().resumeFrom(5).open()) {
            assertEquals(account.anomalies(), goesOn.finish().anomalies(), "in memory alone");
        }
    }

    @Test
    void oneThatAnotherMeterHasOpenCanBeReadAndNotGoneOnWith() {
        try (RunMeter _ = options().open()) {
            assertEquals(Map.of(Anomaly.NAME_IN_USE, 1L), options().readFinished(5).anomalies());
            try (RunMeter second = options().resumeFrom(5).open()) {
                assertEquals(
                        Map.of(Anomaly.NAME_IN_USE, 1L, Anomaly.UNKNOWN_COMMIT, 1L),
                        second.finish().anomalies());
            }
            try (RunMeter fresh = options().resumeFrom(0).open()) {
                assertEquals(Map.of(Anomaly.NAME_IN_USE, 1L), fresh.finish().anomalies());
            }
        }
    }

    @Test
    void whatAllProcessesTookIsKept() {
        RunAccount second;
        try (RunMeter again = options().resumeFrom(5).open()) {
            second = again.finish();
        }
        RunAccount read = options().readFinished(5);
        assertEquals(2, read.attempts());
        assertEquals(second.spending(), read.spending());
        assertEquals(second.stepTimes(), read.stepTimes());
        assertEquals(second.failures(), read.failures());
        assertTrue(read.peakResidentBytes().ifMeasured().orElseThrow() > 1 << 20);
        assertTrue(read.hookSeconds().ifMeasured().orElseThrow() > 0);
    }

    @Test
    void withoutAJournalThereIsNothingToRead() {
        assertThrows(IllegalStateException.class, () -> RunOptions.of("run").readFinished(5));
    }

    @Test
    void soIsOneThatCannotBeOpened() throws IOException {
        Files.delete(journal());
        Files.createDirectory(journal());
        assertNoticed(Anomaly.JOURNAL_FAILED);
    }

    @Test
    void soIsOneWithALineOfAnotherVersion() throws IOException {
        try (Journal journal = Journal.open(folder.resolve("run"))) {
            journal.append(
                    new Line(
                            0,
                            2,
                            Line.Event.FAILURE,
                            epoch,
                            Map.of("class", "OF_ANOTHER_VERSION"),
                            State.NONE));
        }
        assertNoticed(Anomaly.JOURNAL_FAILED);
    }
}
