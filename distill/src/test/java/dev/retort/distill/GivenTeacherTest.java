package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.preflight.Preflight;
import dev.retort.distill.report.PaybackSentences;
import dev.retort.distill.report.ReportDocument;
import dev.retort.distill.report.Reports;
import dev.retort.distill.tap.Hint;
import dev.retort.distill.teacher.EnsembleTeacher;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TableTeacher;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/** Studies whose teachers are no DJL network. */
class GivenTeacherTest {
    private static final int SAMPLES = 40;
    private static final int CLASSES = 3;
    private static final TrainingPlan PLAN = TrainingPlan.of(2, 8, 0.01f);
    private static final TeacherOrigin ONNX =
            new TeacherOrigin.Given("a perceptron of ONNX", () -> onnx("perceptron.onnx"));

    @TempDir Path folder;

    private static ModelTeacher onnx(String name) throws IOException {
        return ModelTeacher.onnx(file(name), TeacherOutput.LOGITS);
    }

    private static Path file(String name) {
        try {
            return Path.of(
                    requireNonNull(GivenTeacherTest.class.getResource("teacher/" + name)).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static LabelledData samples(int seed, int classes) {
        byte[] values = new byte[SAMPLES * 4];
        new Random(seed).nextBytes(values);
        int[] labels = IntStream.range(0, SAMPLES).map(i -> i % classes).toArray();
        return new LabelledData(values, 64, new Shape(4), labels, classes);
    }

    private static DistillationTask task(TeacherOrigin origin, int classes) {
        return new DistillationTask(
                        new DataSplit(
                                "numbers",
                                samples(1, classes),
                                samples(2, classes),
                                samples(3, classes),
                                "made up"),
                        () -> Networks.mlp(new int[] {8}, classes),
                        () -> Networks.mlp(new int[] {4}, classes),
                        PLAN,
                        PLAN,
                        Objective.hinton(2, 0.9),
                        OptionalInt.empty())
                .withTeacher(origin);
    }

    private StudyResult run(TeacherOrigin origin, StudyObserver observer) throws IOException {
        return Study.run(
                task(origin, CLASSES),
                1,
                2,
                Optional.of(folder),
                Optional.of(new CacheFolder(folder.resolve("cache"), CacheEncoding.fp32())),
                Optional.empty(),
                observer);
    }

    @Test
    void aModelOfOnnxTeachesTheStudentsOfAllSeedsAndIsAskedOnce() throws IOException {
        List<Long> asked = new ArrayList<>();
        StudyObserver observer =
                new StudyObserver() {
                    @Override
                    public TrainingObserver trainingBegins(long seed, Role role) {
                        assertNotEquals(Role.TEACHER, role);
                        return TrainingObserver.NONE;
                    }

                    @Override
                    public void softLabelsOpened(long seed, CacheFolder.Opened outputs) {
                        asked.add(outputs.cache().rowsAsked());
                    }
                };
        StudyResult result = run(ONNX, observer);
        assertEquals(List.of((long) SAMPLES, 0L), asked);
        SeedOutcome first = result.seeds().getFirst();
        SeedOutcome second = result.seeds().getLast();
        assertFalse(first.teacher().isTrained());
        assertEquals(first.teacher().testBest(), second.teacher().testBest());
        assertEquals(SAMPLES, first.teacher().testBest().samples());
        assertNotEquals(first.studentDistilled().testBest(), first.studentAlone().testBest());
        assertEquals(List.of("perceptron.onnx (OnnxRuntime)"), result.teacherCost().network());
        ReportDocument report = Reports.of(result, Instant.EPOCH);
        assertEquals("one that was given, a perceptron of ONNX", report.task().teacher());
        assertEquals("—", PaybackSentences.parameters(report.models().getFirst()));
    }

    @Test
    void anEnsembleTeachesToo() throws IOException {
        TeacherOrigin ensemble =
                new TeacherOrigin.Given(
                        "two perceptrons",
                        () ->
                                EnsembleTeacher.of(
                                        List.of(
                                                onnx("perceptron.onnx"),
                                                ModelTeacher.torchScript(
                                                        file("perceptron.pt"),
                                                        TeacherOutput.LOGITS))));
        SeedOutcome outcome = run(ensemble, StudyObserver.NONE).seeds().getFirst();
        SeedOutcome single = run(ONNX, StudyObserver.NONE).seeds().getFirst();
        // Both files hold the same perceptron.
        assertEquals(
                single.teacher().testBest().accuracy(), outcome.teacher().testBest().accuracy());
        assertEquals(single.studentAlone().testBest(), outcome.studentAlone().testBest());
    }

    @Test
    void aPreflightAsksIt() throws IOException {
        Preflight found = Preflight.of(task(ONNX, CLASSES));
        assertTrue(found.teacher().isEmpty());
        assertEquals(SAMPLES, found.savedTeacher().orElseThrow().samples());
    }

    @Test
    void aTableIsRefusedBeforeAnythingIsTrained() {
        TeacherOrigin table =
                new TeacherOrigin.Given(
                        "a table",
                        () ->
                                new TableTeacher(
                                        "rows",
                                        new float[SAMPLES * CLASSES],
                                        CLASSES,
                                        TeacherOutput.LOGITS));
        String message =
                assertThrows(TeacherException.class, () -> run(table, NOTHING_TRAINED))
                        .getMessage();
        assertEquals(
                "expected a teacher that takes the samples of the data, those of the test too,"
                        + " found rows (table): expected the positions of 1 samples for rows"
                        + " (table), found 0",
                message);
    }

    private static final StudyObserver NOTHING_TRAINED =
            (_, role) -> {
                throw new AssertionError(role + " is trained");
            };

    @Test
    void aTeacherOfOtherClassesIsRefusedBeforeAnythingIsTrained() {
        assertThrows(
                TeacherException.class,
                () -> Study.run(task(ONNX, 5), 1, 1, Optional.empty(), NOTHING_TRAINED));
    }

    @Test
    void lossesBetweenLayersNeedANetwork() {
        DistillationTask task = task(TeacherOrigin.EACH_SEED, CLASSES);
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new DistillationTask(
                                        task.data(),
                                        task.teacher(),
                                        task.student(),
                                        PLAN,
                                        PLAN,
                                        task.objective(),
                                        OptionalInt.empty(),
                                        List.of(Hint.of(FeatureLossKind.ANGLE)),
                                        ONNX,
                                        Optional.empty()));
        assertEquals(
                "expected a teacher of a DJL network with a loss between layers, found a perceptron"
                        + " of ONNX",
                error.getMessage());
    }
}
