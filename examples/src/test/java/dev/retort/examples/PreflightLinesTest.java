package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;

import dev.retort.distill.Role;
import dev.retort.distill.StudyProgress;
import dev.retort.distill.preflight.ClassCounts;
import dev.retort.distill.preflight.PlannedTraining;
import dev.retort.distill.preflight.Preflight;
import dev.retort.distill.preflight.TrialRun;
import dev.retort.distill.recipe.Recipes;
import dev.retort.distill.train.TrainingProgress;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class PreflightLinesTest {
    private static String announced(ProgressKind progress) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PreflightLines.announce(
                Recipes.digits(), progress, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The first of two lines, the second of which is alike in all. */
    private static String brief(StudyProgress progress) {
        TrialRun trial = new TrialRun(100, 2, 0.1, 60, Duration.ofMillis(1), Duration.ZERO);
        PlannedTraining training = new PlannedTraining(1000, Duration.ofSeconds(2));
        Preflight found =
                new Preflight(
                        20,
                        new Shape(64),
                        new ClassCounts(List.of(10, 10)),
                        Optional.of(trial),
                        Optional.empty(),
                        trial,
                        Optional.of(training),
                        false,
                        training,
                        3 << 20,
                        OptionalLong.empty(),
                        List.of());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new PreflightLines(found, progress)
                .printBrief(
                        ProgressKind.PLAIN, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertEquals("Memory:    3 MiB of data and parameters", lines.getLast());
        return lines.getFirst();
    }

    @Test
    void ofAStudyThatGoesOnTheTimeIsOfWhatIsLeft() {
        assertEquals(
                "Preflight: about 6.0 s for 1 seed at the present load of this machine",
                brief(StudyProgress.none(1)));
        assertEquals(
                "Preflight: about 1 min 00 s for 10 seeds at the present load of this machine",
                brief(StudyProgress.none(10)));
        TrainingProgress over = new TrainingProgress(1000, true);
        Map<Role, TrainingProgress> done =
                Map.of(Role.TEACHER, over, Role.STUDENT_ALONE, new TrainingProgress(750, false));
        assertEquals(
                "Preflight: about 8.5 s for the trainings that are left of 2 seeds at the present load of this machine",
                brief(new StudyProgress(List.of(done, Map.of()))));
        Map<Role, TrainingProgress> whole =
                Map.of(
                        Role.TEACHER, over,
                        Role.STUDENT_ALONE, over,
                        Role.STUDENT_DISTILLED, over);
        assertEquals(
                "Preflight: all trainings are done; what is left is judging them",
                brief(new StudyProgress(List.of(whole, whole))));
    }

    @Test
    void whatIsDoneIsSaidAtOnceUnlessNothingIsToBeShown() {
        String line =
                "Distilling: digits, 10 seeds%nReading the data, loading the engine, trying both networks%n"
                        .formatted();
        for (ProgressKind progress : ProgressKind.values()) {
            assertEquals(progress == ProgressKind.NONE ? "" : line, announced(progress));
        }
    }
}
