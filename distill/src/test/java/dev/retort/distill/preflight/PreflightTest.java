package dev.retort.distill.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.Networks;
import dev.retort.distill.Role;
import dev.retort.distill.StudyProgress;
import dev.retort.distill.TeacherOrigin;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingProgress;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

@Tag("engines")
class PreflightTest {
    private static final TrainingPlan PLAN = TrainingPlan.of(4, 32, 1e-2f);

    private final DataSplit digits = Digits.load();

    private static DistillationTask task(
            DataSplit data, Supplier<Block> teacher, Supplier<Block> student, TrainingPlan plan) {
        return new DistillationTask(
                data, teacher, student, plan, plan, 4, 0.9, OptionalInt.empty());
    }

    private static Block network(int classes) {
        return Networks.mlp(new int[] {32}, classes);
    }

    @Test
    void estimatesTimeAndMemoryAndSeesBothNetworksLearn() throws IOException {
        // A clock that goes on by a millisecond each time it is looked at.
        AtomicLong clock = new AtomicLong();
        Preflight found =
                Preflight.of(
                        task(digits, () -> network(10), () -> network(10), PLAN),
                        () -> clock.addAndGet(1_000_000));
        assertEquals(List.of(), found.warnings());
        assertEquals(1167, found.samples());
        assertEquals(1167, found.classes().counts().stream().mapToInt(Integer::intValue).sum());
        assertTrue(found.student().fits());
        assertEquals(64 * 32 + 32 + 32 * 10 + 10, found.student().parameters());
        assertEquals(Duration.ofMillis(1), found.student().perStep());
        // 37 steps of 1 ms and 180 validation samples of 1/32 ms, 4 epochs, 3 trainings.
        assertEquals(
                Duration.ofMillis(12 * 37).plusNanos(12 * 180 * 31_250),
                found.time(StudyProgress.none(1)));
        assertEquals(4L * (1797 * 64 + 6 * 3 * 2410), found.bytes());
        // The libraries of the engine alone are larger than that.
        found.peakBytes().ifPresent(peak -> assertTrue(peak > 50 << 20));
    }

    @Test
    void countsATeacherThatAllSeedsShareOnce() throws IOException {
        DistillationTask each = task(digits, () -> network(10), () -> network(10), PLAN);
        AtomicLong clock = new AtomicLong();
        Preflight found =
                Preflight.of(
                        each.withTeacher(TeacherOrigin.ONCE), () -> clock.addAndGet(1_000_000));
        Duration training = Duration.ofMillis(4 * 37).plusNanos(4 * 180 * 31_250);
        assertEquals(training.multipliedBy(1 + 2 * 5), found.time(StudyProgress.none(5)));
        assertEquals(training, found.teacherTraining().orElseThrow().time());
        // The teacher of the second seed is that of the first, and the student has 37 steps to go.
        TrainingProgress over = new TrainingProgress(4 * 37, true);
        StudyProgress progress =
                new StudyProgress(
                        List.of(
                                Map.of(Role.TEACHER, over, Role.STUDENT_ALONE, over),
                                Map.of(Role.STUDENT_ALONE, new TrainingProgress(3 * 37, false))));
        assertEquals(training.plus(training.dividedBy(4)).plus(training), found.time(progress));
    }

    @Test
    void estimatesWhatIsLeftOfAStudy() throws IOException {
        AtomicLong clock = new AtomicLong();
        Preflight found =
                Preflight.of(
                        task(digits, () -> network(10), () -> network(10), PLAN),
                        () -> clock.addAndGet(1_000_000));
        Duration training = found.studentTraining().time();
        assertEquals(4 * 37, found.studentTraining().steps());
        TrainingProgress over = new TrainingProgress(2 * 37, true);
        Map<Role, TrainingProgress> whole =
                Map.of(
                        Role.TEACHER, over,
                        Role.STUDENT_ALONE, over,
                        Role.STUDENT_DISTILLED, over);
        assertEquals(
                training.multipliedBy(2),
                found.time(new StudyProgress(List.of(whole, Map.of(Role.TEACHER, over)))));
        assertEquals(Duration.ZERO, found.time(new StudyProgress(List.of(whole, whole))));
    }

    @Test
    void readsASavedTeacherInsteadOfTryingItsNetwork(@TempDir Path folder) throws IOException {
        DistillationTask task = task(digits, () -> network(10), () -> network(10), PLAN);
        try (Model model = Model.newInstance("teacher")) {
            Block block = network(12);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            model.setBlock(block);
            model.save(folder, "teacher");
        }
        Path file = folder.resolve("teacher-0000.params");
        List<Integer> map = List.of(11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
        Preflight found = Preflight.of(task.withTeacher(new TeacherOrigin.Saved(file, map)));
        assertTrue(found.teacher().isEmpty());
        assertEquals(500, found.savedTeacher().orElseThrow().samples());
        assertTrue(found.teacherTraining().isEmpty());
        assertEquals(
                found.studentTraining().time().multipliedBy(2 * 3),
                found.time(StudyProgress.none(3)));
        assertTrue(
                refused(
                                TeacherException.class,
                                () -> Preflight.of(task.withTeacher(new TeacherOrigin.Saved(file))))
                        .startsWith(
                                "expected a teacher with the 10 classes of the data, found 12"));
        TeacherOrigin missing = new TeacherOrigin.Saved(folder.resolve("none.params"));
        assertThrows(NoSuchFileException.class, () -> Preflight.of(task.withTeacher(missing)));
    }

    @Test
    void warnsOfANetworkThatCannotLearn() throws IOException {
        TrainingPlan still = PLAN.withLearningRate(LearningRate.constant(1e-9f));
        Preflight found = Preflight.of(task(digits, () -> network(10), () -> network(10), still));
        assertFalse(found.teacher().orElseThrow().fits());
        assertEquals(2, found.warnings().size());
        assertTrue(
                found.warnings()
                        .getFirst()
                        .startsWith("the teacher cannot learn one batch by heart: its loss went"),
                found.warnings().toString());
    }

    @Test
    void warnsOfALearningRateWithWhichTheLossBecomesNoNumber() throws IOException {
        TrainingPlan wild = PLAN.withLearningRate(LearningRate.constant(1e30f));
        Preflight found = Preflight.of(task(digits, () -> network(10), () -> network(10), wild));
        assertFalse(found.student().fits());
        assertTrue(
                found.warnings().getLast().contains(" to NaN in 60 steps"),
                found.warnings().toString());
    }

    @Test
    void refusesNetworksOfOtherClassesBeforeAnythingIsTrained() {
        assertEquals(
                "expected a logit for each of the 10 classes of digits from the teacher, found 12",
                refused(
                        IllegalArgumentException.class,
                        () ->
                                Preflight.of(
                                        task(digits, () -> network(12), () -> network(10), PLAN))));
    }

    private static String refused(Class<? extends RuntimeException> type, Executable attempt) {
        return String.valueOf(assertThrows(type, attempt).getMessage());
    }
}
