package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.tap.Hint;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Studies whose students learn from a cache, or from layers of the teacher. */
class TransferredDistillationTest {
    private static final TrainingPlan PLAN = TrainingPlan.of(2, 32, 1e-2f);

    private static final Objective HINTON = Objective.hinton(4, 0.9);
    private static final StudyObserver UNASKED =
            (seed, role) -> {
                throw new AssertionError("nothing may be trained");
            };

    @TempDir Path folder;

    private final DataSplit data = Digits.load();
    private final List<Long> asked = new ArrayList<>();
    private final StudyObserver observer =
            new StudyObserver() {
                @Override
                public TrainingObserver trainingBegins(long seed, Role role) {
                    return TrainingObserver.NONE;
                }

                @Override
                public void softLabelsOpened(long seed, CacheFolder.Opened outputs) {
                    assertTrue(outputs.drift().isExplained());
                    asked.add(outputs.cache().rowsAsked());
                }
            };

    @Test
    void aCacheChangesNoFigureAndLaterStudentsAskTheTeacherNothing() throws IOException {
        DistillationTask hinton = task(Objective.hinton(4, 0.9), List.of());
        List<List<EpochRecord>> without = curves(study(hinton, Optional.empty()));
        CacheFolder caches = new CacheFolder(folder, CacheEncoding.fp32());
        assertEquals(without, curves(study(hinton, Optional.of(caches))));
        long samples = data.train().size();
        assertEquals(List.of(samples, samples), asked);
        assertEquals(without, curves(study(hinton, Optional.of(caches))));
        // Another loss needs the same outputs.
        study(task(Objective.of(LogitLossKind.DKD), List.of()), Optional.of(caches));
        assertEquals(List.of(samples, samples, 0L, 0L, 0L, 0L), asked);
    }

    @Test
    void hintsReachTheDistilledStudentAloneAndLeaveItsNetworkAsItIs() throws Exception {
        Objective objective = Objective.hinton(4, 0.9);
        Hint hint =
                new Hint(
                        FeatureLossKind.FITNET,
                        Optional.of("03ReLU"),
                        Optional.of("03ReLU"),
                        OptionalDouble.empty());
        SeedOutcome plain = first(task(objective, List.of()));
        SeedOutcome hinted = first(task(objective, List.of(hint)));
        SeedOutcome again = first(task(objective, List.of(hint)));
        assertEquals(losses(plain.teacher()), losses(hinted.teacher()));
        assertEquals(losses(plain.studentAlone()), losses(hinted.studentAlone()));
        assertNotEquals(losses(plain.studentDistilled()), losses(hinted.studentDistilled()));
        assertEquals(losses(hinted.studentDistilled()), losses(again.studentDistilled()));
        // A network without a projector reads what was saved.
        try (Model saved = Model.newInstance("student-distilled")) {
            saved.setBlock(student());
            saved.load(folder, "student-distilled");
            assertEquals(4, saved.getBlock().getParameters().size());
        }
    }

    @Test
    void aBatchTooSmallForAHintIsRefusedBeforeTheTeacherIsTrained() {
        List<Hint> angles = List.of(Hint.of(FeatureLossKind.ANGLE));
        TrainingPlan plan = PLAN.withBatchSize(2);
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new DistillationTask(
                                        data,
                                        TransferredDistillationTest::teacher,
                                        TransferredDistillationTest::student,
                                        PLAN,
                                        plan,
                                        Objective.hinton(4, 0.9),
                                        OptionalInt.empty(),
                                        angles,
                                        TeacherOrigin.EACH_SEED,
                                        Optional.empty()));
        assertEquals(
                "expected at least 3 samples in each batch for the loss rkd-angle, found 1 in the"
                        + " last: 1167 samples in batches of 2",
                error.getMessage());
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnythingIsTrained() throws IOException {
        Hint missing =
                new Hint(
                        FeatureLossKind.FITNET,
                        Optional.of("nowhere"),
                        Optional.empty(),
                        OptionalDouble.empty());
        assertThrows(
                IllegalArgumentException.class,
                () -> Study.run(task(HINTON, List.of(missing)), 1, 1, Optional.empty(), UNASKED));
        CacheFolder tooMany = new CacheFolder(folder, CacheEncoding.top(10));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        Study.run(
                                task(HINTON, List.of()),
                                1,
                                1,
                                Optional.empty(),
                                Optional.of(tooMany),
                                Optional.empty(),
                                UNASKED));
        Path file = Files.createFile(folder.resolve("file"));
        CacheFolder below = new CacheFolder(file.resolve("below"), CacheEncoding.fp32());
        assertThrows(
                IOException.class,
                () ->
                        Study.run(
                                task(HINTON, List.of()),
                                1,
                                1,
                                Optional.empty(),
                                Optional.of(below),
                                Optional.empty(),
                                UNASKED));
    }

    @Test
    void aTeacherIsHeldToItsContractWithoutACacheToo() {
        DistillationTask task =
                new DistillationTask(
                        data,
                        () ->
                                new SequentialBlock()
                                        .add(teacher())
                                        .add(
                                                new LambdaBlock(
                                                        list -> new NDList(list.head().softmax(1)),
                                                        "softmax")),
                        TransferredDistillationTest::student,
                        PLAN,
                        PLAN,
                        HINTON,
                        OptionalInt.empty());
        String message =
                String.valueOf(
                        assertThrows(
                                        TeacherException.class,
                                        () ->
                                                Study.run(
                                                        task,
                                                        1,
                                                        1,
                                                        Optional.empty(),
                                                        StudyObserver.NONE))
                                .getMessage());
        assertTrue(message.startsWith("expected logits from "), message);
    }

    private SeedOutcome first(DistillationTask task) throws IOException {
        return Study.run(task, 1, 1, Optional.of(folder), StudyObserver.NONE).seeds().getFirst();
    }

    private StudyResult study(DistillationTask task, Optional<CacheFolder> cache)
            throws IOException {
        return Study.run(task, 1, 2, Optional.empty(), cache, Optional.empty(), observer);
    }

    private static List<List<EpochRecord>> curves(StudyResult result) {
        List<List<EpochRecord>> curves = new ArrayList<>();
        for (SeedOutcome seed : result.seeds()) {
            for (TrainedModel model : seed.models()) {
                assertFalse(model.epochs().isEmpty());
                curves.add(
                        model.epochs().stream()
                                .map(TransferredDistillationTest::timeless)
                                .toList());
            }
        }
        return curves;
    }

    private static EpochRecord timeless(EpochRecord epoch) {
        return new EpochRecord(epoch.epoch(), epoch.trainLoss(), epoch.validation(), Duration.ZERO);
    }

    private static List<Double> losses(TrainedModel model) {
        return model.epochs().stream().map(EpochRecord::trainLoss).toList();
    }

    private static Block teacher() {
        return Networks.mlp(new int[] {64}, 10);
    }

    private static Block student() {
        return Networks.mlp(new int[] {16}, 10);
    }

    private DistillationTask task(Objective objective, List<Hint> hints) {
        return new DistillationTask(
                data,
                TransferredDistillationTest::teacher,
                TransferredDistillationTest::student,
                PLAN,
                PLAN,
                objective,
                OptionalInt.empty(),
                hints,
                TeacherOrigin.EACH_SEED,
                Optional.empty());
    }
}
