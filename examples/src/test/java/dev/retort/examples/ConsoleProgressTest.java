package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.Role;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingObserver.Progress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ConsoleProgressTest {
    private static final List<EpochRecord> EPOCHS =
            List.of(
                    new EpochRecord(
                            1,
                            2.5,
                            Optional.of(new Evaluation(2, 0.5, 180)),
                            Duration.ofSeconds(2)),
                    new EpochRecord(
                            2,
                            1.25,
                            Optional.of(new Evaluation(1, 0.875, 180)),
                            Duration.ofSeconds(4)));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 40, 80, 120, 300})
    void barsAreNarrowerThanTheTerminal(int columns) throws InterruptedException {
        draw(columns);
        String[] lines = text().split("\r", -1);
        assertEquals("", lines[0]);
        assertTrue(lines.length >= 3, text());
        for (String line : lines) {
            // In the last column a terminal would begin a new line.
            assertTrue(line.length() < columns, "'%s'".formatted(line));
        }
    }

    @Test
    void aTerminalThatDoesNotTellItsWidthIsTakenForOneOfEightyColumns()
            throws InterruptedException {
        draw(0);
        String[] lines = text().split("\r", -1);
        assertTrue(lines[1].startsWith("1/5 student distilled [======       ] 9/10 "), lines[1]);
        assertTrue(lines[1].length() < 80, lines[1]);
    }

    @Test
    void theBarFillsWithTheStepsAndSaysWhereTheTrainingStands() throws InterruptedException {
        draw(200);
        String[] lines = text().split("\r", -1);
        assertEquals(
                "1/5 student distilled ["
                        + "=".repeat(15)
                        + " ".repeat(15)
                        + "] epoch 9/10  loss 0.1235  val 50.0 %  1,000 samples/s  10.0 s left",
                lines[1]);
        assertTrue(lines[2].contains("[" + "=".repeat(30) + "]"), lines[2]);
        assertTrue(lines[2].contains("0 s left"), lines[2]);
    }

    @Test
    void theBarMakesRoomForTheLineThatStays() throws InterruptedException {
        try (ConsoleProgress progress = ConsoleProgress.to(out, ProgressKind.BAR, 80, 5)) {
            TrainingObserver training = progress.trainingBegins(1, Role.TEACHER);
            Thread.sleep(101);
            training.progressed(progress(50));
            training.trainingEnded(EPOCHS, 2);
        }
        String[] parts = text().split("\r", -1);
        assertEquals(4, parts.length);
        assertEquals(" ".repeat(parts[1].length()), parts[2]);
        assertEquals(summary("1/5 teacher          "), parts[3]);
    }

    @Test
    void plainLinesHaveNoCarriageReturn() {
        try (ConsoleProgress progress = ConsoleProgress.to(out, ProgressKind.PLAIN, 80, 5)) {
            TrainingObserver training = progress.trainingBegins(2, Role.STUDENT_ALONE);
            training.progressed(progress(50));
            training.epochEnded(EPOCHS.getFirst());
            training.trainingEnded(EPOCHS, 2);
        }
        assertFalse(text().contains("\r"), text());
        assertEquals(summary("2/5 student alone    "), text());
    }

    @Test
    void noneIsSilent() {
        try (ConsoleProgress progress = ConsoleProgress.to(out, ProgressKind.NONE, 80, 5)) {
            TrainingObserver training = progress.trainingBegins(1, Role.TEACHER);
            training.progressed(progress(50));
            training.epochEnded(EPOCHS.getFirst());
            training.trainingEnded(EPOCHS, 2);
        }
        assertEquals(0, bytes.size());
    }

    /** Whatever is shown, since it may be hours until the end says so. */
    @Test
    void aModelThatIsNotSavedIsToldAtOnce() {
        try (ConsoleProgress progress = ConsoleProgress.to(out, ProgressKind.NONE, 80, 5)) {
            assertEquals(Map.of(), progress.unsaved());
            IOException failure = new IOException("the teacher cannot be saved");
            progress.modelNotSaved(Role.TEACHER, failure);
            assertEquals(Map.of(Role.TEACHER, failure), progress.unsaved());
        }
        assertEquals(
                "Warning: the teacher cannot be saved; the study goes on" + System.lineSeparator(),
                text());
    }

    private void draw(int columns) throws InterruptedException {
        try (ConsoleProgress progress = ConsoleProgress.to(out, ProgressKind.BAR, columns, 5)) {
            TrainingObserver training = progress.trainingBegins(1, Role.STUDENT_DISTILLED);
            training.epochEnded(EPOCHS.getFirst());
            // A bar is redrawn at most ten times a second.
            for (int step : new int[] {50, 100}) {
                Thread.sleep(101);
                training.progressed(progress(step));
            }
        }
    }

    private static Progress progress(int step) {
        return new Progress(9, 10, step, 100, step * 200L, 0.12345, Duration.ofMillis(step * 200L));
    }

    private static String summary(String title) {
        return title
                + " 4.0 s, best epoch 2 of 2, loss 1.2500, val 87.5 %"
                + System.lineSeparator();
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
