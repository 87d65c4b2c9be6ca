package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.retort.distill.train.StopRequest;
import dev.retort.efficiency.RunAccount;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A study that is run again on the checkpoints of trainings that were over. */
class FinishedTrainingsTest {
    @TempDir Path folder;

    private SeedOutcome run() throws IOException {
        return Study.run(
                        SmallStudy.task(),
                        1,
                        1,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(
                                new StudyCheckpoints(
                                        folder, 0, Duration.ZERO, 2, new StopRequest())),
                        StudyObserver.NONE)
                .seeds()
                .getFirst();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.relativize(file).toString(),
                        List.of(Files.size(file), Files.getLastModifiedTime(file)).toString());
            }
        }
        return files;
    }

    @Test
    void theyCostWhatTheyCostThen() throws IOException {
        List<TrainedModel> first = run().models();
        Map<String, String> before = files();
        assertFalse(before.isEmpty());
        List<TrainedModel> again = run().models();
        assertEquals(before, files(), "reading them changes no file");
        for (int i = 0; i < first.size(); i++) {
            RunAccount then = first.get(i).account();
            RunAccount now = again.get(i).account();
            assertEquals(then.ledger(), now.ledger());
            assertEquals(then.work(), now.work());
            assertEquals(then.kept(), now.kept());
            assertEquals(then.stepTimes(), now.stepTimes());
            assertEquals(1, now.attempts(), "nobody resumed them");
            assertEquals(Map.of(), now.anomalies());
            assertEquals(
                    then.peakResidentBytes().ifMeasured(), now.peakResidentBytes().ifMeasured());
            assertEquals(first.get(i).testBest(), again.get(i).testBest());
        }
    }
}
