package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.SmallStudy;
import dev.retort.distill.Study;
import dev.retort.distill.StudyCheckpoints;
import dev.retort.distill.StudyObserver;
import dev.retort.distill.train.StopRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Trainings that are over, and a damaged disk that took parts of their ledgers. */
class CutLedgerTest {
    @TempDir Path folder;

    private ReportDocument report() throws IOException {
        return Reports.of(
                Study.run(
                        SmallStudy.task(),
                        1,
                        1,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(
                                new StudyCheckpoints(
                                        folder, 0, Duration.ZERO, 2, new StopRequest())),
                        StudyObserver.NONE),
                Studies.CREATED);
    }

    private Path ledger(String training) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("seed-1").resolve(training))) {
            return files.filter(file -> file.endsWith("ledger.jsonl")).findFirst().orElseThrow();
        }
    }

    private void keepLines(String training, int lines) throws IOException {
        Path ledger = ledger(training);
        List<String> all = Files.readAllLines(ledger);
        assertEquals(4, all.size(), "it began, announced a checkpoint, committed it and ended");
        Files.write(ledger, all.subList(0, lines));
    }

    @Test
    void theReportLeavesOutWhatALedgerDoesNotTellAndNamesIt() throws IOException {
        ReportDocument whole = report();
        assertEquals(List.of(), CostSentences.of(whole));
        keepLines("teacher", 0);
        keepLines("student-alone", 1);
        // The end alone, which its checkpoint tells.
        keepLines("student-distilled", 3);
        ReportDocument again = report();
        assertNull(again.models().get(0).cost());
        assertNull(again.models().get(1).cost());
        assertNull(again.seeds().getFirst().trainings().get(0).wallSeconds());
        ReportDocument.Cost distilled = requireNonNull(again.models().get(2).cost());
        ReportDocument.Cost before = requireNonNull(whole.models().get(2).cost());
        assertEquals(before.steps(), distilled.steps());
        assertNull(distilled.regionSeconds().get("recovery"));
        assertNotNull(distilled.regionSeconds().get("forward"));
        String said = String.join(" ", CostSentences.of(again));
        assertFalse(distilled.resumed(), "it was over");
        assertTrue(
                said.contains("gone on from: teacher of seed 1, student alone of seed 1; "), said);
        assertEquals(
                whole.comparison(), again.comparison(), "what they learnt is in the checkpoints");
    }

    /** The last process alone is no measure of the whole. */
    @Test
    void noFigureIsTakenOfATrainingWhoseLedgerCannotBeRead() throws IOException {
        report();
        Path ledger = ledger("teacher");
        Files.delete(ledger);
        Files.createDirectory(ledger);
        ReportDocument again = report();
        assertNull(again.models().get(0).cost());
        assertNull(again.seeds().getFirst().trainings().get(0).wallSeconds());
        String said = String.join(" ", CostSentences.of(again));
        assertTrue(
                said.contains(
                        "was cut or lost or could not be read and does not reach the checkpoint"
                                + " that was gone on from: teacher of seed 1; "),
                said);
    }
}
